import type { Environment } from '../core/environment';
import type { Secret } from '../core/secret';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /**
   * A file that only this user can read, and the variable that tells the program its path. It is deleted when the program ends.
   */
  readonly file?: SecretFile | undefined;
}

export interface SecretFile {
  readonly variable: string;
  readonly content: Secret;
  /**
   * Called when the program runs, to replace what the file holds while it does. Must not reject.
   * @param replace fails with CliError `output_unwritable`, and leaves what was there
   * @param ended aborts when the program has ended; nothing may be replaced from then on
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
