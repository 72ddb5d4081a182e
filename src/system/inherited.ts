import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A descriptor that this process was started with, and what it leads to. */
export interface Inherited {
  readonly fd: number;
  readonly target: string;
}

const FOLDER = '/proc/self/fd';
/** Of a process's own event loop, which Node.js opens before anything else. */
const OWN = /^anon_inode:/;
/** What a process that knows nothing of Node.js hands on. */
const GIVEN = /^(?:\/|pipe:|socket:)/;
/** O_CLOEXEC of Linux, as octal digits of proc(5). */
const CLOSES = 0o2000000;

/**
 * The descriptors beside the standard ones that this process was started with, by /proc of Linux; elsewhere none. Node.js marks those
 * that it finds as closed for other programs, and opens descriptors of its own between them: all below its first one were there
 * before it, and above it files, sockets, and pipes of which this process holds one end only. Call it before anything is opened.
 * The channel to a parent that is Node.js is left out: Node.js removes the variable that names it, so nobody else can use it.
 */
export function listInherited({ channel }: Pick<NodeJS.Process, 'channel'>): readonly Inherited[] {
  const { fd: own } = (channel ?? {}) as { readonly fd?: number };
  const open = readOpen().filter(({ fd }) => fd > 2 && fd !== own);
  const first = open.find(({ target }) => OWN.test(target))?.fd ?? 0;
  const count = (target: string) => open.filter((each) => each.target === target).length;
  return open.filter(
    ({ fd, target }) =>
      isClosedOnExec(fd) &&
      (fd < first || (GIVEN.test(target) && !(target.startsWith('pipe:') && count(target) > 1))),
  );
}

/** What of it still is what it was, as the numbers of descriptors. */
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

/** Null for one that is closed, as that of the listing itself is by now. */
function targetOf(fd: number): string | null {
  try {
    return readlinkSync(`${FOLDER}/${fd}`);
  } catch {
    return null;
  }
}

/** Others reach the program as they are. */
function isClosedOnExec(fd: number): boolean {
  try {
    const [, flags = '0'] =
      /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & CLOSES) !== 0;
  } catch {
    return false;
  }
}
