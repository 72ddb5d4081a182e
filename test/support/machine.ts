import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import data from './needs.json' with { type: 'json' };
import { isOfExecutable } from './program';

/** What tests need, by name: the Debian packages of each program, and what each privilege is. */
export const { programs, privileges } = data;

/** A program that some tests run. */
export type Program = keyof typeof programs;
/** What some tests need of the system and no package brings. */
export type Privilege = keyof typeof privileges;
export type Need = Program | Privilege;

/** Whether this process has a privilege. */
const HAS: Readonly<Record<Privilege, () => boolean>> = {
  root: () => process.geteuid?.() === 0,
  /** Mounting a file system in a namespace of its own. */
  mounts: () => spawnSync('unshare', ['-rm', ...(lacks('mount') ? ['true'] : MOUNT)]).status === 0,
  ipv6: () =>
    Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')),
  executable: () => isOfExecutable,
  /** A test that runs files of the package, or gives options to the Node.js that runs them. */
  package: () => !isOfExecutable,
  proc: () => existsSync('/proc/self/fd'),
};
const MOUNT = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];

export const isProgram = (need: string): need is Program => Object.hasOwn(programs, need);

/** With `VSTOKEN_TESTS=all` a test whose program is missing fails; otherwise it is skipped. */
export const wantsAll = () => process.env['VSTOKEN_TESTS'] === 'all';

const known = new Map<Need, boolean>();

/** Whether this machine lacks a program, or this process a privilege. */
export function lacks(need: Need): boolean {
  let isMissing = known.get(need);
  if (isMissing === undefined) {
    isMissing = isProgram(need) ? pathOf(need) === undefined : !HAS[need]();
    known.set(need, isMissing);
  }
  return isMissing;
}

/** Which of the tags of a test name a program that is missing. */
export const missingPrograms = (tags: readonly string[]): readonly Program[] =>
  tags.filter(isProgram).filter(lacks);

/** Which of the tags of a test name a privilege that is missing. */
export const missingPrivileges = (tags: readonly string[]): readonly Privilege[] =>
  tags.filter((tag): tag is Privilege => Object.hasOwn(privileges, tag)).filter(lacks);

/** The command that installs programs on Debian. */
export function installLine(missing: readonly Program[]): string {
  const packages = missing.flatMap((program) => programs[program].split(' '));
  return `apt-get install -y --no-install-recommends ${[...new Set(packages)].sort().join(' ')}`;
}

/** Where a program is on the PATH; undefined where it is missing. */
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
