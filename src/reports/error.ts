import { exitCodeOf } from '../core/error-codes';
import { type CliError, hintInLine } from '../core/errors';
import type { Report } from './report';

/** Converts the error of a command to the form that reports show. Null if there is no error. */
export function reportError(error: CliError | undefined): Report['error'] {
  if (!error) return null;
  const { code, message, hint } = error;
  const line = hint === undefined ? null : hintInLine(hint);
  return { code, message, hint: line, exit: exitCodeOf(code) };
}
