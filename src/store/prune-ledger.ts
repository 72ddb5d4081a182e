import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { FULL_BYTES, isRecent, KEPT_BYTES, READING, SAFELY } from './ledger-file';
import { type Locking, tryWithLock } from './lock';

/** Longer than any line. */
const CHUNK_BYTES = 64 * 1024;
const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;

/**
 * Drops the oldest lines of a ledger, unless another process is at it. Writers go on meanwhile: what they append before the
 * new file takes the place of the old one is copied after it, and who appends to the old one later sees that and tries again.
 * @throws Error of the system; the ledger is whole then
 */
export function pruneLedger(path: string, locking: Omit<Locking, 'path' | 'signal'>): void {
  tryWithLock({ ...locking, path: `${path}.lock` }, (renew) => {
    const old = openSync(path, READING);
    // One that is there belongs to nobody: it is made under the lock alone.
    const mode = O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | SAFELY;
    const next = openSync(`${path}.tmp`, mode, 0o600);
    try {
      if (!fstatSync(next).isFile()) throw new Error('no plain file');
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

/** Where the first line is that is kept. */
function findStart(file: number, now: number): number {
  const { size } = fstatSync(file);
  // A byte before, so that a line that begins just there is seen to.
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

/** @returns where the lines end that were copied; what follows is one that is being written */
function copyLines(from: number, to: number, start: number): number {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let at = start;
  for (;;) {
    const read = readSync(from, buffer, 0, CHUNK_BYTES, at);
    const whole = buffer.subarray(0, read).lastIndexOf('\n') + 1;
    if (whole === 0) return at;
    if (writeSync(to, buffer, 0, whole) !== whole) throw new Error('no room');
    at += whole;
  }
}
