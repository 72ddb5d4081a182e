import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import data from './needs.json' with { type: 'json' };
import { isOfExecutable } from './program';

/**
 * The programs and privileges that tests can need. The keys of `programs` are names of programs, and the values are their Debian
 * packages. The values of `privileges` are descriptions.
 */
export const { programs, privileges } = data;

export type Program = keyof typeof programs;
/** The name of something that some tests need and that no package can install, such as IPv6. */
export type Privilege = keyof typeof privileges;
export type Need = Program | Privilege;

/** For each privilege, a function that returns whether this process has the privilege. */
const HAS: Readonly<Record<Privilege, () => boolean>> = {
  root: () => process.geteuid?.() === 0,
  /** Whether this process can mount a file system in a new mount namespace. The command `unshare` tries to do so. */
  mounts: () => spawnSync('unshare', ['-rm', ...(lacks('mount') ? ['true'] : MOUNT)]).status === 0,
  ipv6: () =>
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')),
  executable: () => isOfExecutable,
  /** Tests that need `package` run files of the package, or pass options to Node.js. The executable supports neither. */
  package: () => !isOfExecutable,
  proc: () => existsSync('/proc/self/fd'),
};
const MOUNT = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];

export const isProgram = (need: string): need is Program => Object.hasOwn(programs, need);

/** Whether a test must fail, and not be skipped, if a program that it needs is missing (`VSTOKEN_TESTS=all`). */
export const wantsAll = () => process.env['VSTOKEN_TESTS'] === 'all';

const known = new Map<Need, boolean>();

/** Whether something that a test needs is missing: a program is not installed, or this process does not have a privilege. */
export function lacks(need: Need): boolean {
  let isMissing = known.get(need);
  if (isMissing === undefined) {
    isMissing = isProgram(need) ? pathOf(need) === undefined : !HAS[need]();
    known.set(need, isMissing);
  }
  return isMissing;
}

/** Returns the programs among the tags of a test that are not installed. */
export const missingPrograms = (tags: readonly string[]): readonly Program[] =>
  tags.filter(isProgram).filter(lacks);

/** Returns the privileges among the tags of a test that this process does not have. */
export const missingPrivileges = (tags: readonly string[]): readonly Privilege[] =>
  tags.filter((tag): tag is Privilege => Object.hasOwn(privileges, tag)).filter(lacks);

/** Returns the command that installs programs on Debian. */
export function installLine(missing: readonly Program[]): string {
  const packages = missing.flatMap((program) => programs[program].split(' '));
  return `apt-get install -y --no-install-recommends ${[...new Set(packages)].sort().join(' ')}`;
}

/** Returns the path of a program. Undefined if the program is not on the PATH. */
export function pathOf(program: Program): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
