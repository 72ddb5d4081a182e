import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { LINE_BYTES, momentOf } from '../core/ledger-lines';
import type { Owner } from './location';

const HOUR_MS = 3_600_000;
/** The maximum age of a line. Older lines are ignored. */
export const KEPT_MS = 24 * HOUR_MS;
const MAX_LINES = 10_000;
/** A file of this size is pruned, which leaves room for batches of several writers. */
export const FULL_BYTES = (MAX_LINES - 500) * LINE_BYTES;
export const KEPT_BYTES = (MAX_LINES - 2000) * LINE_BYTES;
/** The most that is read, even if another program made the file larger. */
const READ_BYTES = 2 * MAX_LINES * LINE_BYTES;
/** The minimum time between two prunings, so that frequent mints do not prune each time. */
const GRACE_MS = HOUR_MS;

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR } = constants;
/** Never follows a link, and never waits for the other end of a pipe. */
export const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
export const READING = O_RDONLY | SAFELY;

/**
 * Appends whole lines in one write, so that writers need no lock.
 * @returns `replaced` if the file was replaced meanwhile: then these lines may be missing in the new one
 * @throws Error of the system
 */
export function appendLines(
  path: string,
  lines: string,
  { owner, now }: { readonly owner: Owner; readonly now: number },
): 'written' | 'replaced' | 'outgrown' {
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | SAFELY, 0o600);
  try {
    const stats = fstatSync(file);
    if (!isOwn(stats, owner)) return 'written';
    if ((stats.mode & 0o077) !== 0) fchmodSync(file, 0o600);
    writeSync(file, lines);
    if (!isStillAt(path, stats)) return 'replaced';
    return isOutgrown(file, stats.size, now) ? 'outgrown' : 'written';
  } finally {
    closeSync(file);
  }
}

/** All lines, or only the newest ones of a file that is too large. Empty if the file is missing or belongs to another user. */
export function readLines(path: string, owner: Owner): string {
  try {
    const file = openSync(path, READING);
    try {
      const stats = fstatSync(file);
      return isOwn(stats, owner) ? readEnd(file, stats.size) : '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** The end of a file. Readers skip the incomplete line at its start. */
function readEnd(file: number, size: number): string {
  const bytes = Buffer.alloc(Math.min(size, READ_BYTES));
  const length = readSync(file, bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('latin1', 0, length);
}

/** Whether a line is at most a day old. A line from the future was written before a clock was set back. */
export function isRecent(line: string, now: number, graceMs = 0): boolean {
  return Math.abs(now - momentOf(line)) <= KEPT_MS + graceMs;
}

function isOutgrown(file: number, size: number, now: number): boolean {
  if (size > FULL_BYTES) return true;
  const first = Buffer.alloc(LINE_BYTES);
  readSync(file, first, 0, LINE_BYTES, 0);
  return !isRecent(first.toString('latin1'), now, GRACE_MS);
}

function isOwn(stats: Stats, owner: Owner): boolean {
  return stats.isFile() && (owner === undefined || stats.uid === owner);
}

function isStillAt(path: string, { ino, dev }: Stats): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === ino && there.dev === dev;
}
