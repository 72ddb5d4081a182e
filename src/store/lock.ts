import { closeSync, linkSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';
import { codeOf } from '../core/system-reasons';
import { unsafe } from './location';
import {
  type LockFile,
  lockText,
  mayRemoveUnwatched,
  type Processes,
  readLock,
  watchLock,
} from './lock-file';
import { unwritable } from './safe-file';

const RETRY_MS = 20;
const PATIENCE_MS = 10_000;

export interface Locking extends Processes {
  readonly path: string;
  readonly clock: Clock;
  readonly pid: number;
  randomId(): string;
}

/**
 * Checks that this process still has the lock, and renews the time of the lock.
 * @throws CliError `config_locked` if another process has the lock
 */
export type RenewLock = () => void;

/**
 * Waits for the lock, then runs a task. Other processes cannot run such a task at the same time.
 * @param options.makeFolder creates the folder of the lock if another process removed it meanwhile
 * @param task must call `renew` before each step that cannot be undone. Reason: if the process was suspended, another process may
 * have taken the lock
 * @throws CliError `config_locked`, `config_unwritable`, `config_unsafe`; the signal's reason; Error ENOENT if the folder is
 * missing and `makeFolder` was not given
 */
export async function withLock<Value>(
  options: Locking & { readonly signal: AbortSignal; readonly makeFolder?: () => void },
  task: (renew: RenewLock) => Value,
): Promise<Value> {
  const { path, clock, signal, makeFolder } = options;
  const end = clock.monotonic() + PATIENCE_MS;
  const mayBreak = watchLock(options, clock);
  let own = tryCreateLock(options, mayBreak, makeFolder);
  while (own === null) {
    if (clock.monotonic() >= end) {
      throw new CliError('config_locked', 'Another process has locked the settings.', {
        hint: `If no other vstoken is running, remove the lock: rm ${quoteWord(path)}`,
      });
    }
    await clock.sleep(RETRY_MS, signal);
    own = tryCreateLock(options, mayBreak, makeFolder);
  }
  return runWhileLocked(options, own, task);
}

/**
 * Runs a task if no other process has the lock. Does not wait.
 * @throws the errors of `withLock`
 */
export function tryWithLock(options: Locking, task: (renew: RenewLock) => void): void {
  const own = tryCreateLock(options, (lock) =>
    mayRemoveUnwatched(lock, options, options.clock.now()),
  );
  if (own !== null) runWhileLocked(options, own, task);
}

function runWhileLocked<Value>(
  { path, clock }: Locking,
  own: string,
  task: (renew: RenewLock) => Value,
): Value {
  try {
    return task(() => {
      if (!isOwn(path, own)) throw lostLock();
      setTime(path, clock.now() / 1000);
    });
  } finally {
    if (isOwn(path, own)) rmSync(path, { force: true });
  }
}

function lostLock(): CliError {
  return new CliError(
    'config_locked',
    'This process was suspended for so long that another process locked the settings.',
    { hint: 'Nothing was changed. Try again.' },
  );
}

function isOwn(path: string, own: string): boolean {
  try {
    const lock = readLock(path);
    return lock !== null && lock !== 'no plain file' && lock.text === own;
  } catch {
    return false;
  }
}

/**
 * Sets the time of the lock. Ignores an error, because some file systems cannot set the time, and the lock then only looks older
 * than it is.
 */
function setTime(path: string, seconds: number): void {
  try {
    utimesSync(path, seconds, seconds);
  } catch {
    // The lock keeps the time at which it was created.
  }
}

/**
 * Tries once to create the lock.
 * @returns the content of the new lock; null if the lock was not created
 */
function tryCreateLock(
  options: Locking,
  mayBreak: (lock: LockFile) => boolean,
  makeFolder?: () => void,
): string | null {
  const { path, pid, randomId } = options;
  const text = lockText(pid, options, randomId());
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') breakLock(options, mayBreak);
    else if (code !== 'ENOENT') throw unwritable(path, error);
    else if (makeFolder) makeFolder();
    else throw error;
    return null;
  }
  fill(path, file, text);
  return text;
}

/** Writes the content of the lock. Removes the lock if that fails, for example on a full disk. */
function fill(path: string, file: number, text: string): void {
  try {
    try {
      if (writeSync(file, text) !== Buffer.byteLength(text)) throw noSpace();
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw unwritable(path, error);
  }
}

function noSpace(): Error {
  return Object.assign(new Error('Only a part of the lock was written.'), { code: 'ENOSPC' });
}

/**
 * Removes the lock of another process if `mayBreak` allows it. Renames the lock first, so that two processes cannot both remove
 * it.
 */
function breakLock({ path, randomId }: Locking, mayBreak: (lock: LockFile) => boolean): void {
  try {
    const lock = readLock(path);
    if (lock === 'no plain file') {
      throw unsafe(path, 'it is not a regular file', `rm -r ${quoteWord(path)}`);
    }
    if (!lock || !mayBreak(lock)) return;
    const aside = `${path}.${randomId()}`;
    renameSync(path, aside);
    // If another process removed the old lock first, the renamed file is the new lock of that process. Then restore that lock.
    if (!isOwn(aside, lock.text)) restoreLock(aside, path);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error);
  }
}

/**
 * Restores a lock that was renamed by mistake. If a third process has created a lock meanwhile, that lock remains. The process
 * whose lock was renamed then notices the loss before it writes, because it calls `renew`.
 */
function restoreLock(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
