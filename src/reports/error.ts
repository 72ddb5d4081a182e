import { exitCodeOf } from '../core/error-codes';
import type { CliError } from '../core/errors';
import type { Report } from './report';

/** The error that a command ended with, as a report tells it. */
export function reportError(error: CliError | undefined): Report['error'] {
  if (!error) return null;
  const { code, message, hint = null } = error;
  return { code, message, hint, exit: exitCodeOf(code) };
}
