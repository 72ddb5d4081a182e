import { fstatSync, type Stats, statSync } from 'node:fs';

/** Whether a descriptor is a terminal. Only one that may be is asked with node:tty: to load it takes a fiftieth of a mint. */
export function isTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd);
}

/** Whether a descriptor is a terminal that was closed, as when its window is: a device that does not answer as one. */
export function isClosedTerminal(fd: number): boolean {
  return mayBeTerminal(fd) && !isTerminal(fd);
}

function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && !isNull(stats);
  } catch {
    // A console of Windows may not say what it is.
    return true;
  }
}

/** What scripts put in the place of an input or an output is a device too. */
function isNull({ rdev }: Stats): boolean {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev === rdev;
}
