import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A descriptor that this process inherited, and its target. */
export interface Inherited {
  readonly fd: number;
  readonly target: string;
}

const FOLDER = '/proc/self/fd';
/** The targets of Node.js's own event loop, which it opens first. */
const OWN = /^anon_inode:/;
/** Targets that a program other than Node.js would pass on. */
const GIVEN = /^(?:\/|pipe:|socket:)/;
/**
 * libuv opens a spare descriptor with its first stream, and closes it when no other descriptor is free. Before version 1.49 it
 * was `/`.
 */
const SPARE = ['/', '/dev/null'];
/** O_CLOEXEC of Linux, as octal digits of proc(5). */
const CLOSES = 0o2000000;

/**
 * The descriptors above 2 that this process inherited, from Linux's /proc. Empty on other systems. Node.js marks them
 * close-on-exec, and opens its own descriptors between them. Inherited are all below its first one, and above it files, sockets,
 * and pipes of which this process has one end only. Must be called before anything is opened.
 */
export function listInherited({
  channel,
  env,
}: Pick<NodeJS.Process, 'channel' | 'env'>): readonly Inherited[] {
  const { fd: own } = (channel ?? {}) as { readonly fd?: number };
  const open = readOpen().filter(({ fd }) => fd > 2 && fd !== own);
  const first = open.find(({ target }) => OWN.test(target))?.fd ?? 0;
  const last = open.findLast(({ target }) => OWN.test(target))?.fd ?? 0;
  const isSpare = ({ fd, target }: Inherited) => SPARE.includes(target) && fd === last + 1;
  const count = (target: string) => open.filter((each) => each.target === target).length;
  return open.filter(
    ({ fd, target }) =>
      isClosedOnExec(fd) &&
      (fd < first ||
        (GIVEN.test(target) &&
          // /dev/null: a thread of Node.js may be reading it.
          !isSpare({ fd, target }) &&
          target !== env['NODE_EXTRA_CA_CERTS'] &&
          !(target.startsWith('pipe:') && count(target) > 1))),
  );
}

/** The descriptors that still have the same target. */
export function stillOpen(inherited: readonly Inherited[]): readonly number[] {
  return inherited.filter(({ fd, target }) => targetOf(fd) === target).map(({ fd }) => fd);
}

function readOpen(): readonly Inherited[] {
  let names: readonly string[];
  try {
    names = readdirSync(FOLDER);
  } catch {
    return [];
  }
  return names
    .map((name) => ({ fd: Number(name), target: targetOf(Number(name)) }))
    .filter((each): each is Inherited => each.target !== null)
    .sort((one, other) => one.fd - other.fd);
}

/** Null for a closed descriptor, such as that of the listing itself. */
function targetOf(fd: number): string | null {
  try {
    return readlinkSync(`${FOLDER}/${fd}`);
  } catch {
    return null;
  }
}

/** Programs get other descriptors unchanged. */
function isClosedOnExec(fd: number): boolean {
  try {
    const [, flags = '0'] =
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & CLOSES) !== 0;
  } catch {
    return false;
  }
}
