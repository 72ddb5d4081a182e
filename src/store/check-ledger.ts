import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../core/errors';
import { SAFELY } from './ledger-file';
import { type Owner, reasonOf, requireOwnFolder } from './safe-file';

const { O_APPEND, O_WRONLY, W_OK, X_OK } = constants;

/** Why nothing can be appended to the ledger at `path`, as the end of a sentence; null when it can. Makes and changes nothing. */
export function whyUnwritable(path: string, owner: Owner): string | null {
  try {
    const folder = dirname(path);
    const place = nearestThere(folder);
    if (place !== folder) return whyUnusable(place);
    requireOwnFolder(folder, owner);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats ? whyNoLedger(path, stats, owner) : whyUnusable(folder);
  } catch (thrown) {
    return thrown instanceof CliError ? thrown.message.replace(/\.$/, '') : reasonOf(thrown);
  }
}

/** The folder, or what of the way to it is there. */
function nearestThere(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere || dirname(path) === path ? path : nearestThere(dirname(path));
}

/** Whether a file or folder can be made there. */
function whyUnusable(folder: string): string | null {
  if (!statSync(folder).isDirectory()) return 'a part of the path is no folder';
  accessSync(folder, W_OK | X_OK);
  return null;
}

function whyNoLedger(path: string, stats: Stats, owner: Owner): string | null {
  if (stats.isSymbolicLink()) return `${path} is a symbolic link`;
  if (!stats.isFile()) return `${path} is no regular file`;
  if (owner !== undefined && stats.uid !== owner) return `${path} belongs to another user`;
  closeSync(openSync(path, O_WRONLY | O_APPEND | SAFELY));
  return null;
}
