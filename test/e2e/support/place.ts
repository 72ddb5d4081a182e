import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEachFile } from '../../support/cleanup';

/** A home, a directory for temporary files and one to work in, all empty, for one process. */
export interface Place {
  readonly home: string;
  readonly tmp: string;
  readonly work: string;
  /** Ends the place. @throws Error when anything was left or changed in it */
  leave(): void;
}

/** Where a user without settings has the ledger, below the home. */
const LEDGER = '.config/vstoken/ledger.jsonl';

/** The same without the ledger, which every mint leaves behind. @throws Error when it is no ledger */
function withoutLedger(contents: Readonly<Record<string, string>>) {
  const ledger = contents[LEDGER];
  if (ledger === undefined) return contents;
  for (const line of ledger.trimEnd().split('\n')) {
    if (!/^[0-9a-f]{64}$/.test(JSON.parse(line).sha256)) throw new Error(`No ledger: ${line}`);
  }
  const own = ['.config/', '.config/vstoken/', LEDGER];
  return Object.fromEntries(Object.entries(contents).filter(([path]) => !own.includes(path)));
}

/** Every file below a folder with what is in it; folders end with a slash. */
export function contentsOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const isFolder = statSync(join(folder, path)).isDirectory();
      return isFolder ? [`${path}/`, ''] : [path, readFileSync(join(folder, path), 'latin1')];
    }),
  );
}

/** Places that are empty again: to make one and to remove it takes ten milliseconds on some disks. */
const free: string[] = [];
const made = new Set<string>();
afterEachFile(() => {
  free.length = 0;
  // A process that still runs may write meanwhile.
  for (const base of made) rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  made.clear();
});

const foldersIn = (base: string) =>
  ['home', 'tmp', 'work'].map((name) => join(base, name)) as [string, string, string];

function makePlace(): string {
  const base = mkdtempSync(join(tmpdir(), 'vstoken-e2e-'));
  for (const folder of foldersIn(base)) mkdirSync(folder);
  made.add(base);
  return base;
}

/** @param cwd where to work instead of in a new folder; what is in it must stay as it is */
export function createPlace(cwd?: string): Place {
  const base = free.pop() ?? makePlace();
  const [home, tmp, work] = foldersIn(base);
  const folders = [home, tmp, cwd ?? work];
  const before = folders.map(contentsOf);
  return {
    home,
    tmp,
    work: cwd ?? work,
    leave() {
      // Whoever was killed at the end of the tests leaves after them.
      if (!made.has(base)) return;
      const after = folders.map(contentsOf).map(withoutLedger);
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        const paths = after.flatMap((each) => Object.keys(each)).join(', ');
        throw new Error(`The process left or changed files: ${paths}`);
      }
      for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
      free.push(base);
    },
  };
}
