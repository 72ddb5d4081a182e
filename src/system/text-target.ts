import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';

/** The place to which a path leads, after following its links. */
export type TextTarget =
  /** A descriptor of this process, such as `/dev/stdout` or the `>(...)` of a shell. */
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  /**
   * A descriptor of another process. The target of the descriptor may have no path, so the file is opened with the path in /proc.
   */
  | { readonly kind: 'foreign'; readonly path: string }
  | { readonly kind: 'path'; readonly path: string };

/** The maximum number of links in a path. Linux has the same limit. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
const WRITABLE_BY_ALL = 0o002;

/** Creates an error with a code, as the file system does. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * Follows the links of a path to the file that would be written. The file may be missing.
 * @param user the user ID of this process; undefined on systems without user IDs
 * @throws Error with a code such as ENOENT, for a missing folder, a loop of links, or an untrusted link
 */
export function findTextTarget(path: string, user: number | undefined): TextTarget {
  if (path === '') throw systemError('ENOENT');
  if (path.endsWith('/') || path.endsWith(sep)) throw systemError('EISDIR');
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    // `realpathSync.native` follows links before it resolves `..`, as the kernel does.
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

function descriptorAt(folder: string, full: string): TextTarget | null {
  const name = basename(full);
  if (!/^\d+$/.test(name)) return null;
  const ours: TextTarget = { kind: 'descriptor', descriptor: Number(name) };
  // On systems other than Linux, /dev/fd is a real folder. On Linux it is a link to the /proc folder that is checked next.
  if (folder === '/dev/fd') return ours;
  const process = /^\/proc\/\d+(?=(\/task\/\d+)?\/fd$)/.exec(folder)?.[0];
  if (process === undefined) return null;
  return process === realpathSync.native('/proc/self') ? ours : { kind: 'foreign', path: full };
}

/**
 * Rejects a link that another user may have created in order to redirect the output. In a folder such as /tmp, where everybody
 * can create links, only links of this user or of the folder's owner are followed. Linux has the same rule:
 * `fs.protected_symlinks`. The kernel cannot apply the rule here, because this program follows the links itself.
 */
function requireTrusted(link: Stats, folder: string, user: number | undefined): void {
  if (user === undefined || link.uid === user) return;
  const { mode, uid } = statSync(folder);
  const isShared = (mode & STICKY) !== 0 && (mode & WRITABLE_BY_ALL) !== 0;
  if (isShared && link.uid !== uid) throw systemError('EACCES');
}

/**
 * Checks that a descriptor is open for writing and was inherited. Only Linux shows whether a descriptor was inherited. On other
 * systems, every descriptor is accepted.
 * @param all the numbers of all open descriptors
 * @throws Error with the code EBADF
 */
export function requireInherited(descriptor: number, all: readonly number[]): void {
  const own = readDescriptor(descriptor);
  if (!own) return;
  // A pipe with both ends in this process belongs to Node.js. Writing to that pipe would end the process.
  const isInnerPipe =
    own.link.startsWith('pipe:') &&
    all.some((one) => {
      const other = readDescriptor(one);
      return other?.link === own.link && other.access !== WRITE_ONLY;
    });
  if (own.access === READ_ONLY || isInnerPipe) throw systemError('EBADF');
}

const READ_ONLY = 0;
const WRITE_ONLY = 1;
const ACCESS = 0b11;

/** Returns the target of a descriptor, and whether it is open for reading or writing. Undefined if unknown. */
function readDescriptor(descriptor: number) {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '', 8);
    return { link: readlinkSync(`/proc/self/fd/${descriptor}`), access: flags & ACCESS };
  } catch {
    return undefined;
  }
}
