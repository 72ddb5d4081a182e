import type { Secret } from '../core/secret';

/** The ways to the clipboard of the person at this machine. */
export interface Clipboard {
  /** The program of this system that would copy, such as `xclip`; null where there is none, or no desktop that it could reach. */
  readonly helper: string | null;
  /**
   * Has that program copy a text, which it gets on its standard input.
   * @throws CliError `no_clipboard` when it fails or does not end; the signal's reason
   */
  copy(text: Secret, signal: AbortSignal): Promise<void>;
  /** Writes to the terminal of this process itself, wherever its outputs go. @throws CliError `no_clipboard` */
  writeToTerminal(text: string): Promise<void>;
}
