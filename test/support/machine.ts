import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import data from './needs.json' with { type: 'json' };
import { isOfExecutable } from './program';

/** What tests can need: the programs, with their Debian packages, and the privileges, with a description. */
export const { programs, privileges } = data;

/** The name of a program that some tests run. */
export type Program = keyof typeof programs;
/** The name of something that some tests need and that no package can install. */
export type Privilege = keyof typeof privileges;
export type Need = Program | Privilege;

/** Whether this process has a privilege. */
const HAS: Readonly<Record<Privilege, () => boolean>> = {
  root: () => process.geteuid?.() === 0,
  /** Whether the process may mount a file system in its own mount namespace. */
  mounts: () => spawnSync('unshare', ['-rm', ...(lacks('mount') ? ['true'] : MOUNT)]).status === 0,
  ipv6: () =>
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')),
  executable: () => isOfExecutable,
  /** Whether the tests run the built package. Tests that run its files, or pass options to Node.js, cannot use the executable. */
  package: () => !isOfExecutable,
  proc: () => existsSync('/proc/self/fd'),
};
const MOUNT = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];

export const isProgram = (need: string): need is Program => Object.hasOwn(programs, need);

/** Whether a test whose program is missing fails (`VSTOKEN_TESTS=all`) instead of being skipped. */
export const wantsAll = () => process.env['VSTOKEN_TESTS'] === 'all';

const known = new Map<Need, boolean>();

/** Whether this machine lacks a program, or this process lacks a privilege. */
export function lacks(need: Need): boolean {
  let isMissing = known.get(need);
  if (isMissing === undefined) {
    isMissing = isProgram(need) ? pathOf(need) === undefined : !HAS[need]();
    known.set(need, isMissing);
  }
  return isMissing;
}

/** Returns the test tags that name a missing program. */
export const missingPrograms = (tags: readonly string[]): readonly Program[] =>
  tags.filter(isProgram).filter(lacks);

/** Returns the test tags that name a missing privilege. */
export const missingPrivileges = (tags: readonly string[]): readonly Privilege[] =>
  tags.filter((tag): tag is Privilege => Object.hasOwn(privileges, tag)).filter(lacks);

/** Returns the command that installs programs on Debian. */
export function installLine(missing: readonly Program[]): string {
  const packages = missing.flatMap((program) => programs[program].split(' '));
  return `apt-get install -y --no-install-recommends ${[...new Set(packages)].sort().join(' ')}`;
}

/** Returns a program's path; undefined if it is not on the PATH. */
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
