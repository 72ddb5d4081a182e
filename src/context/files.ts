/** The file system. Its errors must not be shown to people as they are. */
export interface Files {
  /** Reads at most `maxBytes` of a file or pipe, as UTF-8. */
  readText(path: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** Reads at most `maxBytes` of a regular file. */
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Appends whole lines. If the last line of the file has no line feed, one is added first. */
  appendLines(path: string, lines: string): Promise<void>;
  /**
   * Checks whether a path can be written, before the text exists. If possible, a regular file is replaced as a whole, with its
   * owner and mode; anything else is written in place. Links stay links.
   * @throws Error of the system if it cannot be written
   */
  openText(path: string): Promise<WriteText>;
}

/** Writes the text. Call it once. */
export type WriteText = (text: string) => Promise<void>;
