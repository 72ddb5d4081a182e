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
/** The maximum age of a line, in milliseconds. Older lines are ignored. */
export const KEPT_MS = 24 * HOUR_MS;
const MAX_LINES = 10_000;
/**
 * The size in bytes above which the oldest lines of a file are removed. It is 500 lines below MAX_LINES. Reason: other processes
 * can append lines before the oldest lines are removed.
 */
export const FULL_BYTES = (MAX_LINES - 500) * LINE_BYTES;
export const KEPT_BYTES = (MAX_LINES - 2000) * LINE_BYTES;
/** The maximum size that is read, in bytes. Needed if another program has made the file larger. */
const READ_BYTES = 2 * MAX_LINES * LINE_BYTES;
/**
 * How much older than KEPT_MS the first line may be before lines are removed, in milliseconds. Without this tolerance, each mint
 * could find a line that is too old, and would then rewrite the file.
 */
const GRACE_MS = HOUR_MS;

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR } = constants;
/** Flags for opening a file. With them, opening a link fails, and opening a pipe does not wait for another process. */
export const SAFE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
export const READ_FLAGS = O_RDONLY | SAFE_FLAGS;

/**
 * Appends complete lines in a single write, so that processes need no lock.
 * @returns `replaced` if another process replaced the file meanwhile (the lines may be lost, so append them again); `outgrown` if
 * the file is too large or its first line is too old, so that `pruneLedger` must remove lines
 * @throws Error of node:fs
 */
export function appendLines(
  path: string,
  lines: string,
  { owner, now }: { readonly owner: Owner; readonly now: number },
): 'written' | 'replaced' | 'outgrown' {
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | SAFE_FLAGS, 0o600);
  try {
    const stats = fstatSync(file);
    if (!isOwn(stats, owner)) return 'written';
    if ((stats.mode & 0o077) !== 0) fchmodSync(file, 0o600);
    writeSync(file, lines);
    if (!isSameFile(path, stats)) return 'replaced';
    return isDueForPruning(file, stats.size, now) ? 'outgrown' : 'written';
  } finally {
    closeSync(file);
  }
}

/**
 * Returns all lines of the file. If the file is too large, returns only the newest lines. Returns an empty text if the file is
 * missing, cannot be read or belongs to another user.
 */
export function readLines(path: string, owner: Owner): string {
  try {
    const file = openSync(path, READ_FLAGS);
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

/** Reads the end of a file, at most READ_BYTES. Callers must ignore the first line, because it may be incomplete. */
function readEnd(file: number, size: number): string {
  const bytes = Buffer.alloc(Math.min(size, READ_BYTES));
  const length = readSync(file, bytes, 0, bytes.length, size - bytes.length);
  return bytes.toString('latin1', 0, length);
}

/**
 * Whether a line is at most one day old. A line whose time is at most one day in the future is also accepted, because the clock
 * may have been set back after the line was written. `graceMs` is added to both limits.
 */
export function isRecent(line: string, now: number, graceMs = 0): boolean {
  return Math.abs(now - momentOf(line)) <= KEPT_MS + graceMs;
}

function isDueForPruning(file: number, size: number, now: number): boolean {
  if (size > FULL_BYTES) return true;
  const first = Buffer.alloc(LINE_BYTES);
  readSync(file, first, 0, LINE_BYTES, 0);
  return !isRecent(first.toString('latin1'), now, GRACE_MS);
}

function isOwn(stats: Stats, owner: Owner): boolean {
  return stats.isFile() && (owner === undefined || stats.uid === owner);
}

function isSameFile(path: string, { ino, dev }: Stats): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === ino && there.dev === dev;
}
