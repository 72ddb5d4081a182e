/** The file system. Do not show the messages of errors of node:fs to the user: use `reasonOf` of core/system-reasons. */
export interface Files {
  /** Reads a file or pipe as UTF-8. Returns only the first `maxBytes` bytes. */
  readText(path: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** Reads a regular file. Returns only the first `maxBytes` bytes. */
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Appends complete lines. If the file does not end with a line feed, adds a line feed first. */
  appendLines(path: string, lines: string): Promise<void>;
  /**
   * Checks whether a file can be written, so that callers can report an error before they create the text. The returned function
   * replaces a regular file as a whole, if possible, and keeps the file's owner and mode. It writes any other file in place. If
   * the path is a link, the function writes the link's target and keeps the link.
   * @returns the function that writes the text
   * @throws Error of node:fs if the file cannot be written
   */
  openText(path: string): Promise<WriteText>;
}

/** Writes the text. Must be called only once. */
export type WriteText = (text: string) => Promise<void>;
