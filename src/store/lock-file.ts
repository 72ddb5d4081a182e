import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { hostname } from 'node:os';
import type { Clock } from '../context/clock';
import { codeOf } from '../core/system-reasons';

/** Larger than any lock, in bytes. */
const MAX_BYTES = 1024;
/**
 * A write takes milliseconds. The process of an older lock was stopped or has ended, and its process ID may belong to another
 * process now.
 */
const STALE_MS = 30_000;
/** A lock is empty for a moment after it is created; if its process died then, it stays empty. */
const FILLING_MS = 500;
/** How long an old lock must stay unchanged before it is ignored, in milliseconds of the monotonic clock. */
const WATCHED_MS = 2000;
/** The age at which an unwatched lock is ignored: longer than people set clocks by. */
const FORGOTTEN_MS = 3_600_000;

/** Identifies processes of this machine and of others. */
export interface Processes {
  /** The name of the space in which process IDs are unique: see `pidSpace`. */
  space(): string;
  isAlive(pid: number): boolean;
}

/** A lock as it was read. */
export interface LockFile {
  readonly text: string;
  /** Changes with every new lock, and when its time is renewed. */
  readonly identity: string;
  readonly mtimeMs: number;
}

/**
 * The host, its boot ID and the PID namespace. Where one of them differs, the same ID belongs to another process. Only Linux has
 * the last two.
 */
export function pidSpace(): string {
  const parts = [
    hostname,
    () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    () => readlinkSync('/proc/self/ns/pid'),
  ];
  return parts.map((read) => orNothing(read).replace(/\s/g, '')).join('/');
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** The content of this process's lock. @param id unique for each lock */
export function lockText(pid: number, { space }: Pick<Processes, 'space'>, id: string): string {
  return `${pid} ${space()} ${id}`;
}

/**
 * Reads a lock without waiting: only a regular file is opened.
 * @returns null if there is no lock
 * @throws Error of the system
 */
export function readLock(path: string): LockFile | 'no plain file' | null {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return null;
  if (!there.isFile()) return 'no plain file';
  let file: number;
  try {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { ino, mtimeMs } = fstatSync(file);
    const bytes = Buffer.alloc(MAX_BYTES);
    const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, MAX_BYTES, 0));
    return { text, identity: `${ino} ${mtimeMs} ${text}`, mtimeMs };
  } finally {
    closeSync(file);
  }
}

/** Whether the process that created a lock certainly ended: it was on this machine and does not exist. */
function isGone({ text }: LockFile, { space, isAlive }: Processes): boolean {
  const [pid = '', where = ''] = text.split(' ');
  return /^[1-9]\d*$/.test(pid) && where === space() && !isAlive(Number(pid));
}

/** The wall clock may have been set meanwhile, forwards or backwards. */
function ageOf({ mtimeMs }: LockFile, now: number): number {
  return Math.abs(now - mtimeMs);
}

/** Whether a lock seems abandoned. @param now milliseconds since 1970 */
export function looksLeft(lock: LockFile, processes: Processes, now: number): boolean {
  const isOld = ageOf(lock, now) >= (lock.text === '' ? FILLING_MS : STALE_MS);
  return isOld || isGone(lock, processes);
}

/** Whether a process that has read a lock once may remove it. */
export function isForgotten(lock: LockFile, processes: Processes, now: number): boolean {
  return ageOf(lock, now) >= FORGOTTEN_MS || isGone(lock, processes);
}

/**
 * Watches a lock while a process waits for it. If its process is unknown, it may be removed once it is old and stays unchanged:
 * after a jump of the wall clock the lock of an active writer looks old, too.
 * @returns whether it may be removed
 */
export function watchLock(processes: Processes, clock: Clock): (lock: LockFile) => boolean {
  let seen = '';
  let since = 0;
  return (lock) => {
    const now = clock.monotonic();
    if (lock.identity !== seen) {
      seen = lock.identity;
      since = now;
    }
    const watchedMs = now - since;
    if (lock.text === '') return watchedMs >= FILLING_MS;
    const isOld = ageOf(lock, clock.now()) >= STALE_MS;
    return (isOld && watchedMs >= WATCHED_MS) || isGone(lock, processes);
  };
}
