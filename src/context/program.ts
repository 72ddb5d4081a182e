import type { Environment } from '../core/environment';
import type { Secret } from '../core/secret';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** A temporary file with a secret. Only this user can read it. It is deleted when the program ends. */
  readonly file?: SecretFile | undefined;
}

export interface SecretFile {
  readonly variable: string;
  readonly content: Secret;
  /**
   * Called when the program has started. Until the program ends, this function may replace the content of `file`. It must not
   * reject.
   * @param replace writes new content; if it throws CliError `output_unwritable`, the old content remains
   * @param ended aborts when the program has ended; after that, do not call `replace`
   */
  readonly keepFresh?:
    | ((replace: (content: Secret) => void, ended: AbortSignal) => Promise<void>)
    | undefined;
}

/**
 * Runs another program and waits for its end. No shell is used. The program gets the standard streams of this process. While the
 * program runs, a signal does not end this process: the program decides what to do.
 * @returns the exit code of the program, or 128 + n if signal n ended it
 * @throws CliError `command_not_found`, `command_not_executable`; `output_unwritable` if `program.file` cannot be written
 */
export type RunProgram = (program: Program) => Promise<number>;
