import type { ErrorCode } from './error-codes';
import { isError } from './is-error';

interface Details {
  /** How to fix it: preferably a command. Several fixes have a line each. */
  readonly hint?: string | undefined;
  /** Used instead of `hint` for callers of the library, if `hint` names a command. */
  readonly libraryHint?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** For debuggers only. Never printed, since texts of other libraries may quote secrets. */
  readonly cause?: unknown;
  /** How long the server asked the client to wait before it tries again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** The only error that commands throw. Its `code` decides the exit code; its text decides nothing. */
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

/** The hint in one line. */
export function hintInLine(hint: string): string {
  return hint.replaceAll('\n', '; ');
}

/** The operating system ran out of memory or file descriptors. It can happen in any call, and no file or server causes it. */
export function shortageOf(thrown: unknown): CliError | null {
  const code = isError(thrown) && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new CliError('too_many_open_files', 'Too many open files and connections.', {
      hint: 'See the limit of this shell, and raise it: ulimit -n; ulimit -n 1024',
      cause: thrown,
    });
  }
  if (code !== 'ENOMEM') return null;
  return new CliError('not_enough_memory', 'The system has no free memory.', {
    hint: 'Close other programs, or give the container more memory.',
    cause: thrown,
  });
}

/** The reader of our output closed it, as `head -1` does. This is not an error. */
export class ReaderGone extends Error {}

/** Turns any thrown value into a CliError. An unknown error becomes `internal_error`, without its text. */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const shortage = shortageOf(thrown);
  if (shortage) return shortage;
  return new CliError('internal_error', 'vstoken failed because of a bug.', {
    hint: 'Please report it, with the command line and its environment, but without any secret.',
    cause: thrown,
  });
}
