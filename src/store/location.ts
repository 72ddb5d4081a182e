import { type Stats, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { ConfigLocation } from '../core/config-folder';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';

/** The user ID that must own files with secrets. Undefined on systems without user IDs, such as Windows. */
export type Owner = number | undefined;

/** The settings folder, and the user that must own it. */
export interface Location extends ConfigLocation {
  readonly owner: Owner;
}

const ROOT = 0;
const OTHER_FOLDER = 'export VOCALSTACK_CONFIG_DIR=/FOLDER';

export function unsafe(path: string, why: string, fix: string): CliError {
  return new CliError('config_unsafe', `${path} is not safe for keys: ${why}.`, { hint: fix });
}

const ANOTHER_USER = 'it belongs to another user';

/** Returns the error for a path that another user owns. */
export function notOwn(path: string, location: Location): CliError {
  return baseOwnerError(location) ?? unsafe(path, ANOTHER_USER, chownCommand(location));
}

/**
 * Returns an error if another user owns `base`, for example because vstoken runs with sudo. `base` is a path in an environment
 * variable: the settings folder itself (VOCALSTACK_CONFIG_DIR) or a folder above it (such as HOME). If `base` is missing, its
 * nearest existing parent is checked instead. That parent may belong to root, as `/tmp` does.
 * @returns null if there is no such error, and on systems without user IDs
 */
export function baseOwnerError({ base, folder, owner }: Location): CliError | null {
  if (owner === undefined) return null;
  const there = statOrUndefined(base);
  const stats = there ?? statOrUndefined(nearestExisting(base));
  if (!stats || stats.uid === owner || (!there && stats.uid === ROOT)) return null;
  // Suggest chown only for a folder inside a folder of this user. Never suggest it for a folder such as /etc.
  const isLeftBySudo =
    base === folder && stats.uid === ROOT && statOrUndefined(dirname(folder))?.uid === owner;
  const fix = isLeftBySudo ? chownCommand({ base, folder, owner }) : withoutSudo(owner);
  return unsafe(base, ANOTHER_USER, fix);
}

function withoutSudo(owner: number): string {
  return owner === ROOT
    ? `Run vstoken without sudo. If you want to run vstoken as root, as in a container, use another folder: ${OTHER_FOLDER}`
    : `Set HOME to the home directory of this user, or use another folder: ${OTHER_FOLDER}`;
}

/**
 * Returns the command that makes this user the owner of the settings folder and its content. Parent folders that an earlier run
 * with sudo created also get this user as their owner, but the other content of the parent folders does not.
 */
function chownCommand(location: Location): string {
  const { folder, owner } = location;
  const sudo = owner === ROOT ? '' : 'sudo ';
  const parents = parentsOfOtherUsers(location).map(quoteWord).join(' ');
  const first = parents === '' ? '' : `${sudo}chown ${owner} ${parents} && `;
  return `${first}${sudo}chown -R ${owner} ${quoteWord(folder)}`;
}

/**
 * Returns the error for a folder that could not be created because an earlier run with sudo created its parent. Null if there is
 * another reason.
 */
export function parentOwnerError(location: Location): CliError | null {
  const [parent] = parentsOfOtherUsers(location);
  if (parent === undefined) return null;
  const command = `${location.owner === ROOT ? '' : 'sudo '}chown ${location.owner}`;
  return unsafe(parent, ANOTHER_USER, `${command} ${quoteWord(parent)}`);
}

/** Checks the folders between `base` and the settings folder. Returns those folders that belong to another user. */
function parentsOfOtherUsers({ base, folder, owner }: Location): readonly string[] {
  if (owner === undefined) return [];
  const names = relative(base, dirname(folder)).split(sep).filter(Boolean);
  if (base === folder || names.includes('..')) return [];
  const paths = names.map((_, index) => [base, ...names.slice(0, index + 1)].join(sep));
  return paths.filter((path) => (statOrUndefined(path)?.uid ?? owner) !== owner);
}

/** Returns the properties of a path. Undefined if the path is missing or cannot be read. */
function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Returns the path itself if it exists, otherwise its nearest existing parent. */
export function nearestExisting(path: string): string {
  return statOrUndefined(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
