import { lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Survey, Surveyed } from '../core/survey';
import { foreignBase, type Location, notOwn, type Owner } from './location';
import { STALE_MS } from './lock';

export interface SurveyOptions extends Location {
  /** Milliseconds since 1970. */
  readonly now: number;
  isAlive(pid: number): boolean;
}

const LOCK = /^(config\.json|ledger\.jsonl)\.lock$/;
/** Written before it takes the place of another, under the lock of that other. */
const DRAFT = /^(config\.json)\.tmp-|^(ledger\.jsonl)\.tmp$/;
/** What becomes of a lock while it is broken. */
const BROKEN_LOCK = /^(config\.json|ledger\.jsonl)\.lock\../;

/** What is in the folder of the settings. Changes nothing, and never fails: what cannot be seen is not there. */
export function surveyFolder(options: SurveyOptions): Survey {
  const { folder, owner } = options;
  const look = (name: string) => surveyed(join(folder, name), owner, lstatSync);
  const there = surveyed(folder, owner, statSync);
  const isOwn = there?.isOwn ?? true;
  return {
    path: folder,
    fault: foreignBase(options) ?? (isOwn ? null : notOwn(folder, options)),
    hasModes: owner !== undefined,
    folder: there,
    settings: look('config.json'),
    ledger: look('ledger.jsonl'),
    uses: look('used'),
    leftovers: findLeftovers(options),
  };
}

function surveyed(
  path: string,
  owner: Owner,
  stat: (path: string) => Stats | undefined,
): Surveyed | null {
  try {
    const stats = stat(path);
    if (!stats) return null;
    const { mode, uid } = stats;
    return { path, kind: kindOf(stats), mode: mode & 0o777, isOwn: uid === (owner ?? uid) };
  } catch {
    return null;
  }
}

function kindOf(stats: Stats): Surveyed['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
}

/** A draft beside a lock that is held is a writer's at work. */
function findLeftovers(options: SurveyOptions): readonly string[] {
  const names = namesIn(options.folder);
  const isHeld = (file: string) =>
    names.includes(`${file}.lock`) && !isStale(`${file}.lock`, options);
  const left = names.filter((name) => {
    const [, settings, ledger] = DRAFT.exec(name) ?? [];
    const drafted = settings ?? ledger;
    if (drafted !== undefined) return !isHeld(drafted);
    return BROKEN_LOCK.test(name) || (LOCK.test(name) && isStale(name, options));
  });
  return left.sort().map((name) => join(options.folder, name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether whoever made a lock is gone, or stopped. An empty one is told by its age alone. */
function isStale(name: string, { folder, now, isAlive }: SurveyOptions): boolean {
  const path = join(folder, name);
  try {
    const age = now - lstatSync(path).mtimeMs;
    const holder = readFileSync(path, 'utf8');
    return age >= STALE_MS || (holder !== '' && !isAlive(Number(holder)));
  } catch {
    // It was taken away meanwhile.
    return false;
  }
}
