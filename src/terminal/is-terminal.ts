import { fstatSync, type Stats, statSync } from 'node:fs';

/** Whether a descriptor is a terminal. `node:tty` is loaded only if needed: loading takes 2 % of the time of `vstoken mint`. */
export function isTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd);
}

/**
 * Whether a descriptor belongs to a terminal whose window was closed. Such a descriptor is still a character device, but `isatty`
 * is false.
 */
export function isClosedTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && !isTerminal(fd);
}

function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && !isNull(stats);
  } catch {
    // fstat may fail for a Windows console, which is a terminal.
    return true;
  }
}

/** Whether a file is /dev/null, to which scripts often redirect. Like a terminal, /dev/null is a character device. */
function isNull({ rdev }: Stats): boolean {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev === rdev;
}
