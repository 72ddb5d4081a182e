/** The file system. Everything here throws its own errors, which are not to be shown. */
export interface Files {
  /** The first `maxBytes` of a file or a pipe, as UTF-8. */
  readText(path: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** The first `maxBytes` of a regular file. */
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Adds whole lines: below the last line of the file, be that ended or not. */
  appendLines(path: string, lines: string): Promise<void>;
  /**
   * Finds out whether a text can be written to a path, before there is one. A regular file is replaced as a whole where that can be,
   * with its owner and mode; what else a path can lead to is written as it is, and links stay links.
   * @throws Error of the system for what cannot be written
   */
  openText(path: string): Promise<WriteText>;
}

/** Writes the text, once. */
export type WriteText = (text: string) => Promise<void>;
