import { closeSync, linkSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';
import { codeOf } from '../core/system-reasons';
import { unsafe } from './location';
import {
  isForgotten,
  type LockFile,
  lockText,
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

/** Checks that the lock is still held, and renews its time. @throws CliError `config_locked` if it is not */
export type Renew = () => void;

/**
 * Runs a task while no other process runs one.
 * @param options.makeFolder creates the folder of the lock again, if another process removed it meanwhile
 * @param task must renew the lock before each step that cannot be undone: the process may have been suspended for so long that it
 * lost the lock
 * @throws CliError `config_locked`, `config_unwritable`, `config_unsafe`; the signal's reason; without `makeFolder` ENOENT
 */
export async function withLock<Value>(
  options: Locking & { readonly signal: AbortSignal; readonly makeFolder?: () => void },
  task: (renew: Renew) => Value,
): Promise<Value> {
  const { path, clock, signal, makeFolder } = options;
  const end = clock.monotonic() + PATIENCE_MS;
  const mayBreak = watchLock(options, clock);
  let own = take(options, mayBreak, makeFolder);
  while (own === null) {
    if (clock.monotonic() >= end) {
      throw new CliError('config_locked', 'Another process has locked the settings.', {
        hint: `If no other vstoken is running, remove the lock: rm ${quoteWord(path)}`,
      });
    }
    await clock.sleep(RETRY_MS, signal);
    own = take(options, mayBreak, makeFolder);
  }
  return holding(options, own, task);
}

/** Runs a task, unless another process holds the lock. @throws as `withLock` */
export function tryWithLock(options: Locking, task: (renew: Renew) => void): void {
  const own = take(options, (lock) => isForgotten(lock, options, options.clock.now()));
  if (own !== null) holding(options, own, task);
}

function holding<Value>(
  { path, clock }: Locking,
  own: string,
  task: (renew: Renew) => Value,
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

/** If the file system does not support this operation, the file is written without a lock. */
function setTime(path: string, seconds: number): void {
  try {
    utimesSync(path, seconds, seconds);
  } catch {
    // The lock is as old as it was made.
  }
}

/** @returns the content of the new lock; null if it could not be taken now */
function take(
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

/** Removes the lock if its content could not be written, as on a full disk. */
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
  return Object.assign(new Error('a part was written'), { code: 'ENOSPC' });
}

/** Renames a lock before it is removed, so that only one of two processes removes it. */
function breakLock({ path, randomId }: Locking, mayBreak: (lock: LockFile) => boolean): void {
  try {
    const lock = readLock(path);
    if (lock === 'no plain file') {
      throw unsafe(path, 'it is not a regular file', `rm -r ${quoteWord(path)}`);
    }
    if (!lock || !mayBreak(lock)) return;
    const aside = `${path}.${randomId()}`;
    renameSync(path, aside);
    // Another process may have removed the old lock first. Then this is its new lock.
    if (!isOwn(aside, lock.text)) putBack(aside, path);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error);
  }
}

/** If a third process holds a lock now, that lock stays. The process that lost its lock notices this before it writes. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
