import type { Environment } from '../core/environment';
import type { Secret } from '../core/secret';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** A file that only this user can read, and the variable that contains its path. The file is deleted when the program ends. */
  readonly file?: SecretFile | undefined;
}

export interface SecretFile {
  readonly variable: string;
  readonly content: Secret;
  /**
   * Called when the program runs. Can replace the content of the file until the program ends. Must not reject.
   * @param replace writes a new content. If it fails with CliError `output_unwritable`, the old content remains
   * @param ended aborts when the program has ended; after that, nothing may be replaced
   */
  readonly keepFresh?:
    | ((replace: (content: Secret) => void, ended: AbortSignal) => Promise<void>)
    | undefined;
}

/**
 * Runs another program without a shell, with our standard streams. Signals that arrive meanwhile are for the program: this
 * process waits for its end.
 * @returns its exit code; 128 + n if signal n ended it
 * @throws CliError `command_not_found`, `command_not_executable`; `output_unwritable` for the file
 */
export type RunProgram = (program: Program) => Promise<number>;
