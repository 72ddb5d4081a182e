import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { FULL_BYTES, isRecent, KEPT_BYTES, READ_FLAGS, SAFE_FLAGS } from './ledger-file';
import { type Locking, tryWithLock } from './lock';

/** The size of one read, in bytes. Longer than any line. */
const CHUNK_BYTES = 64 * 1024;
const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;

/**
 * Removes the oldest lines of a ledger, unless another process is doing this. Meanwhile, other processes can append lines. Lines
 * that they append before the old file is replaced are copied to the new file. A process that appends to the old file after the
 * replacement notices this, and appends its lines again.
 * @throws Error of node:fs. The ledger is then unchanged
 */
export function pruneLedger(path: string, locking: Omit<Locking, 'path' | 'signal'>): void {
  tryWithLock({ ...locking, path: `${path}.lock` }, (renew) => {
    const old = openSync(path, READ_FLAGS);
    // An existing temporary file can be overwritten: only the process that has the lock writes it.
    const mode = O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | SAFE_FLAGS;
    const next = openSync(`${path}.tmp`, mode, 0o600);
    try {
      if (!fstatSync(next).isFile()) throw new Error('The temporary file is not a regular file.');
      const end = copyLines(old, next, findStart(old, locking.clock.now()));
      renew();
      renameSync(`${path}.tmp`, path);
      copyLines(old, next, end);
    } finally {
      closeSync(old);
      closeSync(next);
    }
  });
}

/** Returns the position of the first line to keep. */
function findStart(file: number, now: number): number {
  const { size } = fstatSync(file);
  // Start one byte earlier: if that byte is a line feed, the next line is complete and is kept.
  let at = size > FULL_BYTES ? size - KEPT_BYTES - 1 : 0;
  let isWhole = at === 0;
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, CHUNK_BYTES, at));
    const lines = text.split('\n').slice(0, -1);
    if (lines.length === 0) return at;
    for (const line of lines) {
      if (isWhole && isRecent(line, now)) return at;
      isWhole = true;
      at += line.length + 1;
    }
  }
}

/**
 * Copies all complete lines from `start`.
 * @returns the position after the last copied line
 */
function copyLines(from: number, to: number, start: number): number {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let at = start;
  for (;;) {
    const read = readSync(from, buffer, 0, CHUNK_BYTES, at);
    const whole = buffer.subarray(0, read).lastIndexOf('\n') + 1;
    if (whole === 0) return at;
    if (writeSync(to, buffer, 0, whole) !== whole) throw new Error('The disk is full.');
    at += whole;
  }
}
