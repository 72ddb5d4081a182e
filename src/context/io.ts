export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Whether the output may have colours. Depends on NO_COLOR, FORCE_COLOR, TERM and the kind of stream. */
  readonly color: boolean;
  columns(): number;
  rows(): number;
  /**
   * Writes the text or bytes. The promise resolves when the operating system has accepted them. Wait for it before the next call,
   * so that little output is kept in memory.
   * @throws CliError `output_unwritable`; ReaderGone if the reader has closed the stream
   */
  write(text: string | Uint8Array): Promise<void>;
}

export interface Input {
  readonly isTerminal: boolean;
  /**
   * Reads the input as UTF-8. Returns only the first `maxBytes` bytes.
   * @param onFirst called when the first bytes arrive
   */
  read(maxBytes: number, signal: AbortSignal, onFirst?: () => void): Promise<string>;
  /** Reads the input as bytes. Returns only the first `maxBytes` bytes. */
  readBytes(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}
