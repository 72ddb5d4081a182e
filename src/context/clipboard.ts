import type { Secret } from '../core/secret';

export interface Clipboard {
  /** The program that copies on this system, such as `xclip`. Null if no such program is installed or no desktop is available. */
  readonly helper: string | null;
  /**
   * Copies a text: runs `helper` and writes the text to its standard input.
   * @throws CliError `no_clipboard` if the program fails or hangs; the signal's reason
   */
  copy(text: Secret, signal: AbortSignal): Promise<void>;
  /**
   * Writes to the terminal, even if standard output is redirected.
   * @throws CliError `no_clipboard`
   */
  writeToTerminal(text: string): Promise<void>;
}
