import type { TestOptions } from 'vitest';
import { isProgram, lacks, missingPrivileges, type Need, wantsAll } from './machine';

/**
 * Options of a test, or of a group, that needs programs or privileges: `it('...', needs('fish'), () => ...)`. It is tagged with
 * each of them (and with `program` if one is a program), and skipped where one is missing. With `VSTOKEN_TESTS=all` it is skipped only for want of a privilege; for want of a
 * program it fails.
 */
export function needs(...needed: readonly Need[]): TestOptions {
  const skip = wantsAll() ? missingPrivileges(needed).length > 0 : needed.some(lacks);
  return { tags: needed.some(isProgram) ? [...needed, 'program'] : [...needed], skip };
}
