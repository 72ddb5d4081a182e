import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const { O_WRONLY } = constants;
/** Never follows a link, and never waits for the other end of a pipe. */
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Writes all of the text at the current position. @throws Error of the system */
export function writeAll(file: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(file, bytes, at);
}

/**
 * Overwrites an existing regular file in place, for a file that cannot be replaced, such as a bind mount. The file is never empty
 * meanwhile: if the old content was longer, its rest is cut off at the end.
 * @throws Error of the system; then the file may contain only a part of the text
 */
export function overwriteFile(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(path, O_WRONLY | SAFELY);
  try {
    writeAll(file, bytes);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
