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

/** Far more than a thousand profiles take. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Who may own files with secrets; undefined where the system has no such ids, as on Windows. */
export type Owner = number | undefined;

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * A file that only this user may read or change.
 * @returns null when there is none
 * @throws CliError `config_unsafe`, `config_unreadable`
 */
export function readOwnFile(path: string, owner: Owner): string | null {
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
    throw new CliError('config_unreadable', `The settings in ${path} cannot be read.`, {
      hint: 'Check who owns the file and its folder.',
      cause,
    });
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unsafe(path, 'it is no regular file', `ls -l ${quoteWord(path)}`);
    requireOwn(path, stats, owner, 0o077, 'others may read it', `chmod 600 ${quoteWord(path)}`);
    const bytes = Buffer.alloc(Math.min(stats.size, MAX_BYTES));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, length).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Makes the folder of the settings where it is missing, for this user alone.
 * @throws CliError `config_unsafe` for one that others may write to, `config_unwritable`
 */
export function requireOwnFolder(path: string, owner: Owner): void {
  let stats: Stats;
  try {
    stats = statSync(path, { throwIfNoEntry: false }) ?? makeFolder(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  requireOwn(path, stats, owner, 0o022, 'others may write to it', `chmod 700 ${quoteWord(path)}`);
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
  owner: Owner,
  forbidden: number,
  why: string,
  fix: string,
): void {
  if (owner === undefined) return;
  if (stats.uid !== owner)
    throw unsafe(path, 'it belongs to another user', `chown ${owner} ${quoteWord(path)}`);
  if ((stats.mode & forbidden) !== 0) throw unsafe(path, why, fix);
}

function unsafe(path: string, why: string, fix: string): CliError {
  return new CliError('config_unsafe', `${path} is not safe for keys: ${why}.`, { hint: fix });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'a part of the path is no folder',
};

/** Why something could not be written, as the end of a sentence. */
export function reasonOf(cause: unknown): string {
  return REASONS[codeOf(cause)] ?? `the system says ${codeOf(cause) || 'no more'}`;
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
