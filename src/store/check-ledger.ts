import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { CliError } from '../core/errors';
import { reasonOf } from '../core/system-reasons';
import { SAFE_FLAGS } from './ledger-file';
import { baseOwnerError, type Location, nearestExisting } from './location';
import { requireOwnFolder } from './safe-file';

const { O_APPEND, O_WRONLY, W_OK, X_OK } = constants;

/**
 * Returns why the ledger (the record of tokens) at `path` cannot be written, as a text without a full stop. Null if the ledger
 * can be written. Changes nothing.
 */
export function whyUnwritable(path: string, location: Location): string | null {
  try {
    const { folder } = location;
    const foreign = baseOwnerError(location);
    if (foreign) throw foreign;
    const place = nearestExisting(folder);
    if (place !== folder) return whyUnusable(place);
    requireOwnFolder(location);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats ? whyNoLedger(path, stats, location) : whyUnusable(folder);
  } catch (thrown) {
    return thrown instanceof CliError ? thrown.message.replace(/\.$/, '') : reasonOf(thrown);
  }
}

/**
 * Returns why no file can be created in the folder. Null if a file can be created.
 * @throws Error of node:fs if this user may not write to the folder
 */
function whyUnusable(folder: string): string | null {
  if (!statSync(folder).isDirectory()) return 'a part of the path is not a folder';
  accessSync(folder, W_OK | X_OK);
  return null;
}

function whyNoLedger(path: string, stats: Stats, { owner }: Location): string | null {
  if (stats.isSymbolicLink()) return `${path} is a symbolic link`;
  if (!stats.isFile()) return `${path} is not a regular file`;
  if (owner !== undefined && stats.uid !== owner) return `${path} belongs to another user`;
  closeSync(openSync(path, O_WRONLY | O_APPEND | SAFE_FLAGS));
  return null;
}
