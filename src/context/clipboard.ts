import type { Secret } from '../core/secret';

/** Copies to the clipboard of the person at this machine. */
export interface Clipboard {
  /** The program that would copy on this system, such as `xclip`. Null if none is installed, or if no desktop can be reached. */
  readonly helper: string | null;
  /**
   * Copies a text with that program, through its standard input.
   * @throws CliError `no_clipboard` if the program fails or does not end; the signal's reason
   */
  copy(text: Secret, signal: AbortSignal): Promise<void>;
  /** Writes to the terminal of this process, even if its output is redirected. @throws CliError `no_clipboard` */
  writeToTerminal(text: string): Promise<void>;
}
