export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Whether colours are wanted here, by NO_COLOR, FORCE_COLOR, TERM and the kind of stream. */
  readonly color: boolean;
  columns(): number;
  rows(): number;
  /**
   * Resolves when the operating system took the text, or the bytes; that is what keeps memory flat.
   * @throws CliError `output_unwritable`; ReaderGone when nobody reads any more.
   */
  write(text: string | Uint8Array): Promise<void>;
}

export interface Input {
  readonly isTerminal: boolean;
  /** All of it as UTF-8, up to `maxBytes`; what comes after is not read. @param onFirst called when some of it is there */
  read(maxBytes: number, signal: AbortSignal, onFirst?: () => void): Promise<string>;
  /** The same as bytes. */
  readBytes(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}
