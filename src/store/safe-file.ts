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
import { CliError, shortageOf } from '../core/errors';
import { quoteWord } from '../core/quote';
import { codeOf, reasonOf } from '../core/system-reasons';
import { baseOwnerError, type Location, notOwn, parentOwnerError, unsafe } from './location';

/** The maximum size of the settings file, in bytes. Sufficient for more than a thousand profiles. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a settings file. Rejects a file that other users can read or change.
 * @returns null if the file is missing
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
    if (!stats.isFile()) throw unsafe(path, 'it is not a regular file', `ls -l ${quoteWord(path)}`);
    const fix = `chmod 600 ${quoteWord(path)}`;
    requireOwn(path, stats, location, { forbidden: 0o077, why: 'other users may read it', fix });
    const bytes = Buffer.alloc(Math.min(stats.size, MAX_BYTES));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, length).toString('utf8');
  } catch (cause) {
    throw cause instanceof CliError ? cause : unreadable(path, location, cause);
  } finally {
    closeSync(file);
  }
}

/**
 * Creates the settings folder if it is missing. Only this user can access a new folder. Checks a folder that already exists.
 * @throws CliError `config_unsafe` if other users can write to the folder or the folder is in another user's home;
 * `config_unwritable`
 */
export function requireOwnFolder(location: Location): void {
  const { folder: path } = location;
  const foreign = baseOwnerError(location);
  if (foreign) throw foreign;
  let stats: Stats;
  try {
    stats = statSync(path, { throwIfNoEntry: false }) ?? makeFolder(path);
  } catch (cause) {
    const isDenied = codeOf(cause) === 'EACCES' || codeOf(cause) === 'EPERM';
    throw (isDenied && parentOwnerError(location)) || unwritable(path, cause);
  }
  const fix = `chmod 700 ${quoteWord(path)}`;
  requireOwn(path, stats, location, { forbidden: 0o022, why: 'other users may write to it', fix });
}

/**
 * Returns the error for settings that cannot be read. Checks first whether the folder belongs to another user, such as root after
 * a run with sudo.
 */
function unreadable(path: string, location: Location, cause: unknown): CliError {
  const { owner, folder } = location;
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && uid !== undefined && uid !== owner) return notOwn(folder, location);
  const what = `The settings in ${path} cannot be read: ${reasonOf(cause)}.`;
  const hint = 'Check the owner of the file and of its folder.';
  return shortageOf(cause) ?? new CliError('config_unreadable', what, { hint, cause });
}

/**
 * Creates a folder and its missing parents. Does not use the `recursive` option of Node.js. With that option, the call never ends
 * in a folder such as /proc, where no folder can be created.
 */
function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) === 'ENOENT' && !existsSync(parent)) {
      makeFolder(parent);
      return makeFolder(path);
    }
    // EEXIST means that another process has just created the folder.
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

/**
 * Returns the error for settings that could not be written: `config_unwritable`, or the error for too little memory or too few
 * file descriptors.
 */
export function unwritable(path: string, cause: unknown): CliError {
  const what = `The settings cannot be written to ${path}: ${reasonOf(cause)}.`;
  const hint =
    'The earlier settings are unchanged. To use another folder, set VOCALSTACK_CONFIG_DIR.';
  return shortageOf(cause) ?? new CliError('config_unwritable', what, { hint, cause });
}
