import type { TestOptions } from 'vitest';
import { isProgram, lacks, missingPrivileges, type Need, wantsAll } from './machine';

/**
 * Options for a test, or a group of tests, that needs programs or privileges: `it('...', needs('fish'), () => ...)`. The test is
 * tagged with each need, and with `program` if one of them is a program. It is skipped if one is missing. With
 * `VSTOKEN_TESTS=all` a missing program makes it fail instead.
 */
export function needs(...needed: readonly Need[]): TestOptions {
  const skip = wantsAll() ? missingPrivileges(needed).length > 0 : needed.some(lacks);
  return { tags: needed.some(isProgram) ? [...needed, 'program'] : [...needed], skip };
}
