import type { TestOptions } from 'vitest';
import { isProgram, lacks, missingPrivileges, type Need, wantsAll } from './machine';

/**
 * Options of a test, or of a group, that needs programs or privileges: `it('...', needs('fish'), () => ...)`. Tags it with each
 * of them, and with `program` if one is a program. Skips it where one is missing; with `VSTOKEN_TESTS=all` a missing program
 * makes it fail.
 */
export function needs(...needed: readonly Need[]): TestOptions {
  const skip = wantsAll() ? missingPrivileges(needed).length > 0 : needed.some(lacks);
  return { tags: needed.some(isProgram) ? [...needed, 'program'] : [...needed], skip };
}
