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

/** Far more than what is written into a lock. */
const MAX_BYTES = 1024;
/** A write takes milliseconds: whoever has a lock for so long is stopped or gone, and its number may be another's. */
const STALE_MS = 30_000;
/** A lock is empty for the moment between its making and its filling, and for good when its process died then. */
const FILLING_MS = 500;
/** How long nothing may have happened to an old lock, by a clock that does not jump. */
const WATCHED_MS = 2000;
/** The age at which a lock is given up that was not watched: above all by which clocks are set. */
const FORGOTTEN_MS = 3_600_000;

/** What tells the processes of this and of other machines apart. */
export interface Processes {
  /** Where the numbers of processes are those of this process: see `pidSpace`. */
  space(): string;
  isAlive(pid: number): boolean;
}

/** A lock as it was found. */
export interface LockFile {
  readonly text: string;
  /** Changes with every lock, and when its time is renewed. */
  readonly identity: string;
  readonly mtimeMs: number;
}

/** The host, its boot and the PID namespace: in another one, the same number is another process. Linux alone has the last two. */
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

/** What a process writes into its lock. @param id is that of no other lock */
export function lockText(pid: number, { space }: Pick<Processes, 'space'>, id: string): string {
  return `${pid} ${space()} ${id}`;
}

/**
 * A lock, without waiting for anybody: what is no plain file is not opened.
 * @returns null when there is none
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

/** Whether whoever made a lock is gone for certain: a process of this machine that is not there any more. */
function isGone({ text }: LockFile, { space, isAlive }: Processes): boolean {
  const [pid = '', where = ''] = text.split(' ');
  return /^[1-9]\d*$/.test(pid) && where === space() && !isAlive(Number(pid));
}

/** The wall clock may have been set meanwhile, in either direction. */
function ageOf({ mtimeMs }: LockFile, now: number): number {
  return Math.abs(now - mtimeMs);
}

/** Whether a lock looks like one that was left behind. @param now milliseconds since 1970 */
export function looksLeft(lock: LockFile, processes: Processes, now: number): boolean {
  const isOld = ageOf(lock, now) >= (lock.text === '' ? FILLING_MS : STALE_MS);
  return isOld || isGone(lock, processes);
}

/** Whether a lock may be taken away by a process that has seen it once. */
export function isForgotten(lock: LockFile, processes: Processes, now: number): boolean {
  return ageOf(lock, now) >= FORGOTTEN_MS || isGone(lock, processes);
}

/**
 * Judges a lock again and again while it is waited for. One that cannot be judged by its process is taken away when it is old and
 * nothing happens to it: after a jump of the wall clock the lock of a writer at work looks old as well.
 * @returns whether it may be taken away
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
