import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundEntry, StoreReport } from '../core/store-report';
import { baseOwnerError, type Location, notOwn, type Owner } from './location';
import { isProbablyAbandoned, type Processes, readLock } from './lock-file';

export interface StoreReportOptions extends Location, Processes {
  /** The current time, in milliseconds since 1970. */
  readonly now: number;
}

const LOCK = /^(config\.json|ledger\.jsonl)\.lock$/;
/**
 * Matches temporary files that will replace the settings or the ledger. The process that writes such a file has the lock of the
 * settings or the ledger.
 */
const DRAFT = /^(config\.json)\.tmp-|^(ledger\.jsonl)\.tmp$/;
/** Matches a lock that another process is removing. To remove a lock, a process first renames it. */
const BROKEN_LOCK = /^(config\.json|ledger\.jsonl)\.lock\../;

/**
 * Describes the content of the settings folder. Changes nothing and never throws. A file that cannot be read is reported as
 * missing.
 */
export function reportOnStore(options: StoreReportOptions): StoreReport {
  const { folder, owner } = options;
  const look = (name: string) => entryAt(join(folder, name), owner, lstatSync);
  const there = entryAt(folder, owner, statSync);
  const isOwn = there?.isOwn ?? true;
  return {
    path: folder,
    fault: baseOwnerError(options) ?? (isOwn ? null : notOwn(folder, options)),
    hasModes: owner !== undefined,
    folder: there,
    settings: look('config.json'),
    ledger: look('ledger.jsonl'),
    uses: look('used'),
    ...reportOnLocks(options),
  };
}

function entryAt(
  path: string,
  owner: Owner,
  stat: (path: string) => Stats | undefined,
): FoundEntry | null {
  try {
    const stats = stat(path);
    if (!stats) return null;
    const { mode, uid } = stats;
    return { path, kind: kindOf(stats), mode: mode & 0o777, isOwn: uid === (owner ?? uid) };
  } catch {
    return null;
  }
}

function kindOf(stats: Stats): FoundEntry['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

/**
 * Finds leftover files. A temporary file is not a leftover while its lock exists, because a process is then still writing the
 * file.
 */
function reportOnLocks(options: StoreReportOptions): Pick<StoreReport, 'leftovers' | 'obstacles'> {
  const names = namesIn(options.folder);
  const states = new Map(
    names.filter((name) => LOCK.test(name)).map((name) => [name, stateOf(name, options)]),
  );
  const leftovers = names.filter((name) => {
    const [, settings, ledger] = DRAFT.exec(name) ?? [];
    const drafted = settings ?? ledger;
    if (drafted !== undefined) return states.get(`${drafted}.lock`) !== 'held';
    return BROKEN_LOCK.test(name) || states.get(name) === 'left';
  });
  const obstacles = names.filter((name) => states.get(name) === 'no plain file');
  const toPaths = (found: readonly string[]) =>
    [...found].sort().map((name) => join(options.folder, name));
  return { leftovers: toPaths(leftovers), obstacles: toPaths(obstacles) };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

type LockState = 'held' | 'left' | 'no plain file' | 'gone';

function stateOf(name: string, options: StoreReportOptions): LockState {
  try {
    const lock = readLock(join(options.folder, name));
    if (lock === null || lock === 'no plain file') return lock ?? 'gone';
    return isProbablyAbandoned(lock, options, options.now) ? 'left' : 'held';
  } catch {
    // A lock that cannot be read is reported as missing, as is every other file that cannot be read.
    return 'gone';
  }
}
