import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const { O_WRONLY } = constants;
/** Flags for opening a file. With them, opening a link fails, and opening a pipe does not wait for another process. */
const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Writes all bytes at the current position of an open file.
 * @throws Error of node:fs
 */
export function writeAll(file: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(file, bytes, at);
}

/**
 * Overwrites a regular file in place, for files that cannot be replaced, such as a bind mount. The file does not become empty
 * meanwhile, because the new content is written over the old content. The rest of a longer old content is removed at the end.
 * @throws Error of node:fs. The file may then contain only a part of the new content
 */
export function overwriteFile(path: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(path, O_WRONLY | SAFE_FLAGS);
  try {
    writeAll(file, bytes);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
