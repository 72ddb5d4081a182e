import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';

/** The target of a path after its links. */
export type TextPlace =
  /** A descriptor of this process, as in `/dev/stdout` and a shell's `>(...)`. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /** Of another process. What it leads to has no path of its own. */
  | { readonly kind: 'foreign'; readonly path: string }
  | { readonly kind: 'path'; readonly path: string };

/** The limit of Linux. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
const WRITABLE_BY_ALL = 0o002;

/** Makes an error like those of the file system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * Follows the links of a path to the file that would be written, which may not exist.
 * @param user the user ID of the writer; undefined where the system has none
 * @throws Error of the system: for a missing folder, a loop of links, or a link that may be a trap
 */
export function findTextPlace(path: string, user: number | undefined): TextPlace {
  if (path === '') throw systemError('ENOENT');
  if (path.endsWith('/') || path.endsWith(sep)) throw systemError('EISDIR');
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    // The native form resolves `..` after links, as the system does.
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
  // On Linux it is a link to the folder below. On other systems it is the folder itself.
  if (folder === '/dev/fd') return ours;
  const process = /^\/proc\/\d+(?=(\/task\/\d+)?\/fd$)/.exec(folder)?.[0];
  if (process === undefined) return null;
  return process === realpathSync.native('/proc/self') ? ours : { kind: 'foreign', path: full };
}

/**
 * Linux's rule `fs.protected_symlinks`, which the kernel does not apply to programs that follow links themselves: in a folder
 * such as /tmp, where everybody can create links, only links of this user or of the folder's owner are followed.
 */
function requireTrusted(link: Stats, folder: string, user: number | undefined): void {
  if (user === undefined || link.uid === user) return;
  const { mode, uid } = statSync(folder);
  const isShared = (mode & STICKY) !== 0 && (mode & WRITABLE_BY_ALL) !== 0;
  if (isShared && link.uid !== uid) throw systemError('EACCES');
}

/**
 * Checks that this process inherited an open descriptor for writing. Only Linux shows this.
 * @param all inherited descriptors
 * @throws Error of the system
 */
export function requireHandedOver(descriptor: number, all: readonly number[]): void {
  const own = lookAt(descriptor);
  if (!own) return;
  // Node.js owns both ends of some pipes. Writing to one of them ends the process.
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

/** The target of a descriptor, and whether it can be read or written. Undefined if unknown. */
function lookAt(descriptor: number) {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '', 8);
    return { link: readlinkSync(`/proc/self/fd/${descriptor}`), access: flags & ACCESS };
  } catch {
    return undefined;
  }
}
