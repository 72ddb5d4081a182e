import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const { O_WRONLY } = constants;
/** Never through a link, and never waiting for whoever is at the other end of a pipe. */
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Writes all of it, from where the descriptor is. @throws Error of the system */
export function writeAll(file: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(file, bytes, at);
}

/**
 * Writes a regular file that is there in place, for one whose place no other can take, as with a bind mount. It is never empty in
 * between, and what is left of longer content is cut off at the end.
 * @throws Error of the system; the file may hold a part of it then
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
