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

/** The maximum size that is read, in bytes. Every lock is smaller. */
const MAX_BYTES = 1024;
/**
 * The age at which a lock is old, in milliseconds. A write takes only milliseconds, so the process of an old lock was suspended
 * or has ended. Its process ID may now belong to another process.
 */
const STALE_MS = 30_000;
/**
 * How long a lock may be empty, in milliseconds. A new lock is empty for a moment. It remains empty if its process was killed in
 * that moment.
 */
const FILLING_MS = 500;
/** How long an old lock must stay unchanged before it may be removed, in milliseconds of the monotonic clock. */
const WATCHED_MS = 2000;
/**
 * The age in milliseconds at which a lock may be removed without waiting for WATCHED_MS. Changes of the system clock rarely make
 * a new lock look this old.
 */
const UNWATCHED_MS = 3_600_000;

/** Checks whether the process that created a lock still runs. */
export interface Processes {
  /** Returns the name of the space in which process IDs are unique, such as this container. See `pidSpace`. */
  space(): string;
  isAlive(pid: number): boolean;
}

/** The state of a lock file at the time when it was read. */
export interface LockFile {
  readonly text: string;
  /** A text that changes with every new lock, and when a lock's time is renewed. */
  readonly identity: string;
  readonly mtimeMs: number;
}

/**
 * Returns a name for the space in which process IDs are unique: the host, its boot ID and the PID namespace. If one of these
 * differs, an equal process ID means another process. Boot ID and PID namespace exist only on Linux.
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

/**
 * Returns the content for a lock of this process.
 * @param id unique for each lock
 */
export function lockText(pid: number, { space }: Pick<Processes, 'space'>, id: string): string {
  return `${pid} ${space()} ${id}`;
}

/**
 * Reads a lock. Opens only regular files, so it never waits.
 * @returns null if there is no lock
 * @throws Error of node:fs
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

/**
 * Whether the process that created a lock has certainly ended: its process ID is from the same space as the ID of this process
 * (see `pidSpace`), and no process has this ID now.
 */
function hasOwnerEnded({ text }: LockFile, { space, isAlive }: Processes): boolean {
  const [pid = '', where = ''] = text.split(' ');
  return /^[1-9]\d*$/.test(pid) && where === space() && !isAlive(Number(pid));
}

/** Returns the age of a lock. The absolute value is used, because the system clock may have been set back. */
function ageOf({ mtimeMs }: LockFile, now: number): number {
  return Math.abs(now - mtimeMs);
}

/**
 * Whether a lock was probably left by a process that has ended.
 * @param now milliseconds since 1970
 */
export function isProbablyAbandoned(lock: LockFile, processes: Processes, now: number): boolean {
  const isOld = ageOf(lock, now) >= (lock.text === '' ? FILLING_MS : STALE_MS);
  return isOld || hasOwnerEnded(lock, processes);
}

/** Whether a process may remove a lock after reading the lock only once. */
export function mayRemoveUnwatched(lock: LockFile, processes: Processes, now: number): boolean {
  return ageOf(lock, now) >= UNWATCHED_MS || hasOwnerEnded(lock, processes);
}

/**
 * Creates a function that watches a lock while this process waits for it. The lock may be removed immediately if its process has
 * certainly ended. Otherwise, it may be removed when it is old and has stayed unchanged. Being old is not sufficient: if the
 * system clock jumps, the lock of an active process also looks old.
 * @returns a function that returns whether the lock may be removed
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
    return (isOld && watchedMs >= WATCHED_MS) || hasOwnerEnded(lock, processes);
  };
}
