import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';
import { systemCodeOf, whyUnwritable } from '../core/why-unwritable';
import { foreignBase, type Location, leftBySudo, notOwn, unsafe } from './location';

/** Far more than a thousand profiles take. */
const MAX_BYTES = 4 * 1024 * 1024;

export const codeOf = systemCodeOf;

/**
 * A file that only this user may read or change.
 * @returns null when there is none
 * @throws CliError `config_unsafe`, `config_unreadable`
 */
export function readOwnFile(path: string, location: Location): string | null {
  let file: number;
  try {
    file = openSync(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    if (codeOf(cause) === 'ELOOP')
      throw unsafe(path, 'it is a symbolic link', `rm ${quoteWord(path)}`);
    throw unreadable(path, location, cause);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unsafe(path, 'it is no regular file', `ls -l ${quoteWord(path)}`);
    const fix = `chmod 600 ${quoteWord(path)}`;
    requireOwn(path, stats, location, { forbidden: 0o077, why: 'others may read it', fix });
    const bytes = Buffer.alloc(Math.min(stats.size, MAX_BYTES));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, length).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Makes the folder of the settings where it is missing, for this user alone.
 * @throws CliError `config_unsafe` for one that others may write to, or that is in the home of another; `config_unwritable`
 */
export function requireOwnFolder(location: Location): void {
  const { folder: path } = location;
  const foreign = foreignBase(location);
  if (foreign) throw foreign;
  let stats: Stats;
  try {
    stats = statSync(path, { throwIfNoEntry: false }) ?? makeFolder(path);
  } catch (cause) {
    const isDenied = codeOf(cause) === 'EACCES' || codeOf(cause) === 'EPERM';
    throw (isDenied && leftBySudo(location)) || unwritable(path, cause);
  }
  const fix = `chmod 700 ${quoteWord(path)}`;
  requireOwn(path, stats, location, { forbidden: 0o022, why: 'others may write to it', fix });
}

/** A folder that belongs to root, as after a run with sudo, cannot even be entered. */
function unreadable(path: string, location: Location, cause: unknown): CliError {
  const { owner, folder } = location;
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && uid !== undefined && uid !== owner) return notOwn(folder, location);
  return new CliError('config_unreadable', `The settings in ${path} cannot be read.`, {
    hint: 'Check who owns the file and its folder.',
    cause,
  });
}

/** Not Node's recursive form, which never ends where a folder's parent is there and takes none, as in /proc. */
function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === 'ENOENT' && !existsSync(parent)) {
      makeFolder(parent);
      return makeFolder(path);
    }
    // Another process was quicker.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return statSync(path);
}

function requireOwn(
  path: string,
  stats: Stats,
  location: Location,
  {
    forbidden,
    why,
    fix,
  }: { readonly forbidden: number; readonly why: string; readonly fix: string },
): void {
  if (location.owner === undefined) return;
  if (stats.uid !== location.owner) throw notOwn(path, location);
  if ((stats.mode & forbidden) !== 0) throw unsafe(path, why, fix);
}

/** Why something could not be written, as the end of a sentence. */
export function reasonOf(cause: unknown): string {
  return whyUnwritable(cause) ?? 'the system says no more';
}

export function unwritable(path: string, cause: unknown): CliError {
  return new CliError(
    'config_unwritable',
    `The settings cannot be written to ${path}: ${reasonOf(cause)}.`,
    {
      hint: 'What was stored before is as it was. Another folder: VOCALSTACK_CONFIG_DIR',
      cause,
    },
  );
}
