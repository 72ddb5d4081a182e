import { exitCodeOf } from '../core/error-codes';
import { type CliError, hintInLine } from '../core/errors';
import type { Report } from './report';

/** The error of a command, as reports show it. */
export function reportError(error: CliError | undefined): Report['error'] {
  if (!error) return null;
  const { code, message, hint } = error;
  const line = hint === undefined ? null : hintInLine(hint);
  return { code, message, hint: line, exit: exitCodeOf(code) };
}
