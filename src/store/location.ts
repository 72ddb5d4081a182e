import { type Stats, statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { ConfigPlace } from '../core/config-folder';
import { CliError } from '../core/errors';
import { quoteWord } from '../core/quote';

/** Who may own files with secrets; undefined where the system has no such ids, as on Windows. */
export type Owner = number | undefined;

/** Where settings and state live, and whose they have to be. */
export interface Location extends ConfigPlace {
  readonly owner: Owner;
}

const ROOT = 0;
const OTHER_FOLDER = 'export VOCALSTACK_CONFIG_DIR=/FOLDER';

export function unsafe(path: string, why: string, fix: string): CliError {
  return new CliError('config_unsafe', `${path} is not safe for keys: ${why}.`, { hint: fix });
}

const ANOTHER_USER = 'it belongs to another user';

/** The error of something that another user owns. */
export function notOwn(path: string, location: Location): CliError {
  return foreignBase(location) ?? unsafe(path, ANOTHER_USER, chownCommand(location));
}

/**
 * Why nothing may be made or kept there: the home, or the folder that is named, belongs to another user, as with sudo. Of a folder
 * that is not there yet, what it would be made in counts; that may be root's, as `/tmp` is.
 * @returns null where something may be, and where the system has no owners
 */
export function foreignBase({ base, folder, owner }: Location): CliError | null {
  if (owner === undefined) return null;
  const there = look(base);
  const stats = there ?? look(nearestThere(base));
  if (!stats || stats.uid === owner || (!there && stats.uid === ROOT)) return null;
  // In a folder of this user's; one such as /etc is not for this user to take over.
  const isLeftBySudo =
    base === folder && stats.uid === ROOT && look(dirname(folder))?.uid === owner;
  const fix = isLeftBySudo ? chownCommand({ base, folder, owner }) : withoutSudo(owner);
  return unsafe(base, ANOTHER_USER, fix);
}

function withoutSudo(owner: number): string {
  return owner === ROOT
    ? `Run it without sudo. Where root is meant, as in a container, name a folder of its own: ${OTHER_FOLDER}`
    : `Set HOME to the home of this user, or name a folder of its own: ${OTHER_FOLDER}`;
}

/** What gives this user what an earlier run with sudo left: the folder with all that is in it, and alone those on the way to it. */
function chownCommand(location: Location): string {
  const { folder, owner } = location;
  const sudo = owner === ROOT ? '' : 'sudo ';
  const parents = foreignParents(location).map(quoteWord).join(' ');
  const first = parents === '' ? '' : `${sudo}chown ${owner} ${parents} && `;
  return `${first}${sudo}chown -R ${owner} ${quoteWord(folder)}`;
}

/** The error of a folder that could not be made because of an earlier run with sudo; null where that is not why. */
export function leftBySudo(location: Location): CliError | null {
  const [parent] = foreignParents(location);
  if (parent === undefined) return null;
  const command = `${location.owner === ROOT ? '' : 'sudo '}chown ${location.owner}`;
  return unsafe(parent, ANOTHER_USER, `${command} ${quoteWord(parent)}`);
}

/** The folders between the base and that of the settings which another user owns. */
function foreignParents({ base, folder, owner }: Location): readonly string[] {
  if (owner === undefined) return [];
  const names = relative(base, dirname(folder)).split(sep).filter(Boolean);
  if (base === folder || names.includes('..')) return [];
  const paths = names.map((_, index) => [base, ...names.slice(0, index + 1)].join(sep));
  return paths.filter((path) => (look(path)?.uid ?? owner) !== owner);
}

/** What cannot be seen is not there. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The folder, or what of the way to it is there. */
export function nearestThere(path: string): string {
  return look(path) || dirname(path) === path ? path : nearestThere(dirname(path));
}
