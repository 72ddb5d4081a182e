import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEachFile } from '../../support/cleanup';

/** Folders for one process: an empty home folder, an empty folder for temporary files, and a working directory. */
export interface TempHome {
  readonly home: string;
  readonly tmp: string;
  readonly work: string;
  /**
   * Makes the folders available for the next process.
   * @throws Error if the process has left or changed files
   */
  release(): void;
}

/** The path of the ledger (the list of minted tokens) below the home folder, for a user who has set no settings folder. */
const LEDGER = '.config/vstoken/ledger.jsonl';

/**
 * Returns the given contents of a folder without the ledger. Reason: every mint writes to the ledger, so a comparison of the
 * contents before and after a process must leave it out.
 * @throws Error if the file is not a valid ledger
 */
function withoutLedger(contents: Readonly<Record<string, string>>) {
  const ledger = contents[LEDGER];
  if (ledger === undefined) return contents;
  for (const line of ledger.trimEnd().split('\n')) {
    if (!/^[0-9a-f]{64}$/.test(JSON.parse(line).sha256)) throw new Error(`No ledger: ${line}`);
  }
  const own = ['.config/', '.config/vstoken/', LEDGER];
  return Object.fromEntries(Object.entries(contents).filter(([path]) => !own.includes(path)));
}

/**
 * Returns the contents of all files and folders below a folder, by path. The path of a folder ends with a slash, and its content
 * is empty.
 */
export function contentsOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const isFolder = statSync(join(folder, path)).isDirectory();
      return isFolder ? [`${path}/`, ''] : [path, readFileSync(join(folder, path), 'latin1')];
    }),
  );
}

/** Empty folders that can be used again. Reason: creating and removing folders takes ten milliseconds on some disks. */
const free: string[] = [];
const made = new Set<string>();
afterEachFile(() => {
  free.length = 0;
  // A process that is still running may write files at the same time, so `rmSync` tries again if removing fails.
  for (const base of made) rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  made.clear();
});

const foldersIn = (base: string) =>
  ['home', 'tmp', 'work'].map((name) => join(base, name)) as [string, string, string];

function makeTempHome(): string {
  const base = mkdtempSync(join(tmpdir(), 'vstoken-e2e-'));
  for (const folder of foldersIn(base)) mkdirSync(folder);
  made.add(base);
  return base;
}

/**
 * Creates the folders for one process.
 * @param cwd an existing working directory, in which the process must not change any file. Default: a new one
 */
export function createTempHome(cwd?: string): TempHome {
  const base = free.pop() ?? makeTempHome();
  const [home, tmp, work] = foldersIn(base);
  const folders = [home, tmp, cwd ?? work];
  const before = folders.map(contentsOf);
  return {
    home,
    tmp,
    work: cwd ?? work,
    release() {
      // If the process was killed at the end of the test file, its folders are already removed.
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
