/** The file system. Everything here throws its own errors, which are not to be shown. */
export interface Files {
  /** The first `maxBytes` of a file or a pipe, as UTF-8. */
  readText(path: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** The first `maxBytes` of a regular file. */
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Adds whole lines: below the last line of the file, be that ended or not. */
  appendLines(path: string, lines: string): Promise<void>;
  /** Replaces a file as a whole, or leaves it as it was. */
  writeText(path: string, text: string): Promise<void>;
  /** Whether a file could be written there. */
  isWritable(path: string): Promise<boolean>;
}
