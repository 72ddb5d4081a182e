import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';

/** What a path leads to, its links followed. */
export type TextPlace =
  /** Of this process, as with `/dev/stdout` and what a shell makes of `>(...)`. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** Of another process. What it leads to has no path of its own. */
  | { readonly kind: 'foreign'; readonly path: string }
  | { readonly kind: 'path'; readonly path: string };

/** As many as Linux follows. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
const WRITABLE_BY_ALL = 0o002;

/** An error as the file system makes them. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * Follows the links of a path to what would be written, which need not be there.
 * @param user who follows them; undefined where the system has no such ids
 * @throws Error of the system: for a folder that is missing, a circle of links, a link that may be a trap
 */
export function findTextPlace(path: string, user: number | undefined): TextPlace {
  if (path === '') throw systemError('ENOENT');
  if (path.endsWith('/') || path.endsWith(sep)) throw systemError('EISDIR');
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    // The native form goes by way of links where `..` follows one, as the system does.
    const folder = realpathSync.native(dirname(at));
    const full = join(folder, basename(at));
    const special = descriptorAt(folder, full);
    if (special) return special;
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (!stats?.isSymbolicLink()) return { kind: 'path', path: full };
    requireTrusted(stats, folder, user);
    const target = readlinkSync(full);
    at = isAbsolute(target) ? target : `${folder}${sep}${target}`;
  }
  throw systemError('ELOOP');
}

function descriptorAt(folder: string, full: string): TextPlace | null {
  const name = basename(full);
  if (!/^\d+$/.test(name)) return null;
  const ours: TextPlace = { kind: 'descriptor', descriptor: Number(name) };
  // On Linux it is a link to the folder below; elsewhere it is the folder itself.
  if (folder === '/dev/fd') return ours;
  const process = /^\/proc\/\d+(?=(\/task\/\d+)?\/fd$)/.exec(folder)?.[0];
  if (process === undefined) return null;
  return process === realpathSync.native('/proc/self') ? ours : { kind: 'foreign', path: full };
}

/**
 * The rule of Linux (`fs.protected_symlinks`), which the system does not apply for whoever follows links by himself: in a folder
 * such as /tmp, where all may put links, only those of this user or of the folder's owner are followed.
 */
function requireTrusted(link: Stats, folder: string, user: number | undefined): void {
  if (user === undefined || link.uid === user) return;
  const { mode, uid } = statSync(folder);
  const isShared = (mode & STICKY) !== 0 && (mode & WRITABLE_BY_ALL) !== 0;
  if (isShared && link.uid !== uid) throw systemError('EACCES');
}

/**
 * Makes sure that an open descriptor of this process was handed to it for writing; only Linux tells.
 * @param all the descriptors of this process
 * @throws Error of the system
 */
export function requireHandedOver(descriptor: number, all: readonly number[]): void {
  const own = lookAt(descriptor);
  if (!own) return;
  // Node.js has pipes for itself, both ends of them: what is written there ends the process.
  const isInnerPipe =
    own.link.startsWith('pipe:') &&
    all.some((one) => {
      const other = lookAt(one);
      return other?.link === own.link && other.access !== WRITE_ONLY;
    });
  if (own.access === READ_ONLY || isInnerPipe) throw systemError('EBADF');
}

const READ_ONLY = 0;
const WRITE_ONLY = 1;
const ACCESS = 0b11;

/** What a descriptor leads to, and whether it is open for reading or writing; undefined where that cannot be known. */
function lookAt(descriptor: number) {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '', 8);
    return { link: readlinkSync(`/proc/self/fd/${descriptor}`), access: flags & ACCESS };
  } catch {
    return undefined;
  }
}
