import type { ErrorCode } from './error-codes';
import { isError } from './is-error';

interface Details {
  /** What fixes it, preferably a command to run; several with a line each. */
  readonly hint?: string | undefined;
  /** The same for callers of the library, where `hint` names a command. */
  readonly libraryHint?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** For debuggers only: never printed, since messages from below quote secrets. */
  readonly cause?: unknown;
  /** How long the server asked to wait before another try. */
  readonly retryAfterMs?: number | undefined;
}

/** The one error that commands throw. `code` decides the exit code; text never decides anything. */
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

/** A hint where there is room for a line alone. */
export function hintInLine(hint: string): string {
  return hint.replaceAll('\n', '; ');
}

/** What the system says when it has too little of something, whatever was to be done: no file and no server is at fault. */
export function shortageOf(thrown: unknown): CliError | null {
  const code = isError(thrown) && 'code' in thrown ? thrown.code : undefined;
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new CliError('too_many_open_files', 'No more files and connections may be opened.', {
      hint: 'See the limit of this shell, and raise it: ulimit -n; ulimit -n 1024',
      cause: thrown,
    });
  }
  if (code !== 'ENOMEM') return null;
  return new CliError('not_enough_memory', 'The system has no memory left for this.', {
    hint: 'Close other programs, or give the container more memory.',
    cause: thrown,
  });
}

/** The reader of an output went away (`| head -1`): a quiet end, not an error. */
export class ReaderGone extends Error {}

/** What any thrown value becomes at the edge: the error itself, or a bug without its text. */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const shortage = shortageOf(thrown);
  if (shortage) return shortage;
  return new CliError('internal_error', 'Something went wrong inside vstoken itself.', {
    hint: 'Please report it, with the command line and its environment but without any secret.',
    cause: thrown,
  });
}
