import type { ErrorCode } from './error-codes';
import { isError } from './is-error';

interface Details {
  /** How to fix the error, preferably a command. If there are several fixes, each is on its own line. */
  readonly hint?: string | undefined;
  /** The hint for callers of the library. Needed only if `hint` names a command, which callers cannot use. */
  readonly libraryHint?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** The original error, for debuggers only. It is never printed, because the messages of other libraries may contain secrets. */
  readonly cause?: unknown;
  readonly retryAfterMs?: number | undefined;
}

/** The only kind of error that commands throw. Its `code` decides the exit code. Nothing depends on its message. */
export class CliError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly libraryHint: string | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CliError';
    this.code = code;
    this.hint = details.hint;
    this.libraryHint = details.libraryHint ?? details.hint;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export function hintInLine(hint: string): string {
  return hint.replaceAll('\n', '; ');
}

/**
 * Returns an error if the operating system has no free memory or file descriptors, otherwise null. Such an error can occur in any
 * call, so its text does not name a file or server.
 */
export function shortageOf(thrown: unknown): CliError | null {
  const code = isError(thrown) && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new CliError('too_many_open_files', 'Too many open files and connections.', {
      hint: 'The limit of open files is too low. Raise the limit: ulimit -n 1024',
      cause: thrown,
    });
  }
  if (code !== 'ENOMEM') return null;
  return new CliError('not_enough_memory', 'The system has no free memory.', {
    hint: 'Close other programs, or give the container more memory.',
    cause: thrown,
  });
}

/** Thrown if the program that reads the output of this program has closed the pipe, as `head -1` does. This is not a failure. */
export class ReaderGone extends Error {}

/**
 * Converts any thrown value to a CliError. An unknown error becomes `internal_error`, without the message of the unknown error.
 */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const shortage = shortageOf(thrown);
  if (shortage) return shortage;
  return new CliError('internal_error', 'vstoken failed because of a bug.', {
    hint: 'Please report this bug, with the command line and the environment variables, but without any secret.',
    cause: thrown,
  });
}
