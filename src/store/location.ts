import { type Stats, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { ConfigPlace } from '../core/config-folder';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';

/** The user ID that must own files with secrets. Undefined on systems without user IDs, such as Windows. */
export type Owner = number | undefined;

/** The folder of the settings and state, and its required owner. */
export interface Location extends ConfigPlace {
  readonly owner: Owner;
}

const ROOT = 0;
const OTHER_FOLDER = 'export VOCALSTACK_CONFIG_DIR=/FOLDER';

export function unsafe(path: string, why: string, fix: string): CliError {
  return new CliError('config_unsafe', `${path} is not safe for keys: ${why}.`, { hint: fix });
}

const ANOTHER_USER = 'it belongs to another user';

/** The error for a path that another user owns. */
export function notOwn(path: string, location: Location): CliError {
  return foreignBase(location) ?? unsafe(path, ANOTHER_USER, chownCommand(location));
}

/**
 * Why nothing may be created in the folder: another user owns the home, or the folder that a variable names, as with sudo. For a
 * missing folder its nearest parent counts; root may own that, as it does `/tmp`.
 * @returns null if it may be used, and on systems without owners
 */
export function foreignBase({ base, folder, owner }: Location): CliError | null {
  if (owner === undefined) return null;
  const there = look(base);
  const stats = there ?? look(nearestThere(base));
  if (!stats || stats.uid === owner || (!there && stats.uid === ROOT)) return null;
  // Only inside a folder of this user. This user must not take over a folder such as /etc.
  const isLeftBySudo =
    base === folder && stats.uid === ROOT && look(dirname(folder))?.uid === owner;
  const fix = isLeftBySudo ? chownCommand({ base, folder, owner }) : withoutSudo(owner);
  return unsafe(base, ANOTHER_USER, fix);
}

function withoutSudo(owner: number): string {
  return owner === ROOT
    ? `Run it without sudo. If you want to run it as root, as in a container, use another folder: ${OTHER_FOLDER}`
    : `Set HOME to the home directory of this user, or use another folder: ${OTHER_FOLDER}`;
}

/**
 * The command that gives this user what an earlier run with sudo created: the settings folder with its content, and only the
 * folders above it.
 */
function chownCommand(location: Location): string {
  const { folder, owner } = location;
  const sudo = owner === ROOT ? '' : 'sudo ';
  const parents = foreignParents(location).map(quoteWord).join(' ');
  const first = parents === '' ? '' : `${sudo}chown ${owner} ${parents} && `;
  return `${first}${sudo}chown -R ${owner} ${quoteWord(folder)}`;
}

/** The error for a folder that could not be created because of an earlier run with sudo. Null if there is another cause. */
export function leftBySudo(location: Location): CliError | null {
  const [parent] = foreignParents(location);
  if (parent === undefined) return null;
  const command = `${location.owner === ROOT ? '' : 'sudo '}chown ${location.owner}`;
  return unsafe(parent, ANOTHER_USER, `${command} ${quoteWord(parent)}`);
}

/** The folders between the base and the settings folder that another user owns. */
function foreignParents({ base, folder, owner }: Location): readonly string[] {
  if (owner === undefined) return [];
  const names = relative(base, dirname(folder)).split(sep).filter(Boolean);
  if (base === folder || names.includes('..')) return [];
  const paths = names.map((_, index) => [base, ...names.slice(0, index + 1)].join(sep));
  return paths.filter((path) => (look(path)?.uid ?? owner) !== owner);
}

/** A path that cannot be read counts as missing. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The folder, or its nearest existing parent. */
export function nearestThere(path: string): string {
  return look(path) || dirname(path) === path ? path : nearestThere(dirname(path));
}
