import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';
import { codeOf, unwritable } from './safe-file';

const RETRY_MS = 20;
const PATIENCE_MS = 10_000;
/** A write takes milliseconds; whoever holds the lock for so long is stopped or gone, and its number may be another's. */
export const STALE_MS = 30_000;
/** A lock is empty for the moment between its making and its filling, and for good when its process died then. */
const FILLING_MS = 500;

export interface Locking {
  readonly path: string;
  readonly clock: Clock;
  readonly pid: number;
  isAlive(pid: number): boolean;
  randomId(): string;
}

/**
 * Does something while no other process does it.
 * @throws CliError `config_locked`, `config_unwritable`; the signal's reason
 */
export async function withLock<Value>(
  options: Locking & { readonly signal: AbortSignal },
  task: () => Value,
): Promise<Value> {
  const { path, clock, signal } = options;
  const end = clock.monotonic() + PATIENCE_MS;
  while (!take(options)) {
    if (clock.monotonic() >= end) {
      throw new CliError(
        'config_locked',
        'Another process holds the settings and does not let go.',
        {
          hint: `If no vstoken is running: rm ${quoteWord(path)}`,
        },
      );
    }
    await clock.sleep(RETRY_MS, signal);
  }
  try {
    return task();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Does something, unless another process does it just now. @throws CliError `config_unwritable` */
export function tryWithLock(options: Locking, task: () => void): void {
  if (!take(options)) return;
  try {
    task();
  } finally {
    rmSync(options.path, { force: true });
  }
}

function take(options: Locking): boolean {
  const { path, pid } = options;
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, String(pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(path, error);
    breakStale(options);
    return false;
  }
}

/** Takes away the lock of a process that is gone. It is moved first, so that of two that see it only one removes it. */
function breakStale({ path, clock, isAlive, randomId }: Locking): void {
  try {
    const file = openSync(path, 'r');
    const age = clock.now() - fstatSync(file).mtimeMs;
    const holder = readFileSync(file, 'utf8');
    closeSync(file);
    const isGone = holder === '' ? age > FILLING_MS : !isAlive(Number(holder));
    if (!isGone && age < STALE_MS) return;
    const aside = `${path}.${randomId()}`;
    if (readFileSync(path, 'utf8') !== holder) return;
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error);
  }
}
