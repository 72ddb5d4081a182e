export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Whether to use colours: by NO_COLOR, FORCE_COLOR, TERM and the kind of stream. */
  readonly color: boolean;
  columns(): number;
  rows(): number;
  /**
   * Resolves when the operating system has taken the text or the bytes, so that output does not pile up in memory.
   * @throws CliError `output_unwritable`; ReaderGone if the reader has closed the stream
   */
  write(text: string | Uint8Array): Promise<void>;
}

export interface Input {
  readonly isTerminal: boolean;
  /** Reads the input as UTF-8, up to `maxBytes`. The rest is not read. @param onFirst called at the first bytes */
  read(maxBytes: number, signal: AbortSignal, onFirst?: () => void): Promise<string>;
  /** Reads the input in the same way, but returns its bytes. */
  readBytes(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}
