import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A file descriptor that this process inherited, and its target in /proc. */
export interface InheritedDescriptor {
  readonly fd: number;
  readonly target: string;
}

const FOLDER = '/proc/self/fd';
/** The targets of the event loop's descriptors. Node.js opens these before its other descriptors. */
const OWN = /^anon_inode:/;
/** The targets of descriptors that another program may pass on: files, pipes and sockets. */
const GIVEN = /^(?:\/|pipe:|socket:)/;
/**
 * The targets of the spare descriptor of libuv. libuv opens this descriptor together with its first stream, as a reserve for the
 * case that all other descriptors are in use. Before version 1.49 of libuv, the target was `/`.
 */
const SPARE = ['/', '/dev/null'];
/** The flag O_CLOEXEC of Linux. proc(5) shows flags in octal. */
const CLOSES = 0o2000000;

/**
 * Returns the descriptors above 2 that this process inherited and that its child processes would not inherit. Reason: Node.js has
 * set these descriptors to close-on-exec. Empty on systems other than Linux, because the function reads /proc. Call this function
 * before this process opens any descriptor. The function finds inherited descriptors by these rules:
 * - Every descriptor with a lower number than the first descriptor of the event loop is inherited.
 * - A descriptor with a higher number is inherited if it is a file, a pipe or a socket.
 * - A pipe with both ends in this process is not inherited.
 */
export function listInherited({
  channel,
  env,
}: Pick<NodeJS.Process, 'channel' | 'env'>): readonly InheritedDescriptor[] {
  const { fd: own } = (channel ?? {}) as { readonly fd?: number };
  const open = readOpen().filter(({ fd }) => fd > 2 && fd !== own);
  const first = open.find(({ target }) => OWN.test(target))?.fd ?? 0;
  const last = open.findLast(({ target }) => OWN.test(target))?.fd ?? 0;
  const isSpare = ({ fd, target }: InheritedDescriptor) =>
    SPARE.includes(target) && fd === last + 1;
  const count = (target: string) => open.filter((each) => each.target === target).length;
  return open.filter(
    ({ fd, target }) =>
      isClosedOnExec(fd) &&
      (fd < first ||
        (GIVEN.test(target) &&
          // Excludes the spare descriptor and the file of extra certificates, because Node.js opened them itself.
          !isSpare({ fd, target }) &&
          target !== env['NODE_EXTRA_CA_CERTS'] &&
          !(target.startsWith('pipe:') && count(target) > 1))),
  );
}

/** Returns the descriptors whose target has not changed. */
export function stillOpen(inherited: readonly InheritedDescriptor[]): readonly number[] {
  return inherited.filter(({ fd, target }) => targetOf(fd) === target).map(({ fd }) => fd);
}

function readOpen(): readonly InheritedDescriptor[] {
  let names: readonly string[];
  try {
    names = readdirSync(FOLDER);
  } catch {
    return [];
  }
  return names
    .map((name) => ({ fd: Number(name), target: targetOf(Number(name)) }))
    .filter((each): each is InheritedDescriptor => each.target !== null)
    .sort((one, other) => one.fd - other.fd);
}

/** Returns the target of a descriptor. Null if the descriptor is closed, such as the descriptor with which FOLDER was listed. */
function targetOf(fd: number): string | null {
  try {
    return readlinkSync(`${FOLDER}/${fd}`);
  } catch {
    return null;
  }
}

/**
 * Whether a descriptor is closed when this process starts a program. If not, the program inherits the descriptor without any
 * action of vstoken.
 */
function isClosedOnExec(fd: number): boolean {
  try {
    const [, flags = '0'] =
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & CLOSES) !== 0;
  } catch {
    return false;
  }
}
