import type { Environment } from '../core/environment';
import type { Secret } from '../core/secret';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** A file that only this user may read, that is gone when the program is, and the variable that names it to the program. */
  readonly file?: { readonly variable: string; readonly content: Secret } | undefined;
}

/**
 * Runs another program with the standard streams of this one, without a shell. What signals come meanwhile are the
 * program's: none ends this one before.
 * @returns its exit code; 128 + n when signal n ended it
 * @throws CliError `command_not_found`, `command_not_executable`; `output_unwritable` for the file
 */
export type RunProgram = (program: Program) => Promise<number>;
