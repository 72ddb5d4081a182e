import { fstatSync, type Stats, statSync } from 'node:fs';

/** Whether a descriptor is a terminal. `node:tty` is loaded only if it may be one: loading takes 2 % of a mint. */
export function isTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd);
}

/** Whether a descriptor is a terminal whose window was closed: a device that no longer answers as a terminal. */
export function isClosedTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && !isTerminal(fd);
}

function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && !isNull(stats);
  } catch {
    // A Windows console may not report what it is.
    return true;
  }
}

/** /dev/null is a device, too, and scripts often redirect to it. */
function isNull({ rdev }: Stats): boolean {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev === rdev;
}
