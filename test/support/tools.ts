import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether a machine lacks a program that tests are to be run with, so that they are skipped there.
 * CI installs them all: there, a program that is missing is a failure, and never a skipped test.
 */
export function lacks(...programs: readonly string[]): boolean {
  if (process.env['CI']) return false;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return programs.some((program) => !folders.some((folder) => isExecutable(join(folder, program))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
