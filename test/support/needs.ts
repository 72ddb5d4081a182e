import type { TestOptions } from 'vitest';
import { isProgram, lacks, missingPrivileges, type Need, wantsAll } from './machine';

/**
 * Returns options for a test (or a group of tests) that needs programs or privileges: `it('...', needs('fish'), () => ...)`.
 * - The tags of the test are the names of the needs. If one of them is a program, the test also has the tag `program`.
 * - The test is skipped if something that it needs is missing.
 * - With `VSTOKEN_TESTS=all`, the test fails if a program is missing.
 */
export function needs(...needed: readonly Need[]): TestOptions {
  const skip = wantsAll() ? missingPrivileges(needed).length > 0 : needed.some(lacks);
  return { tags: needed.some(isProgram) ? [...needed, 'program'] : [...needed], skip };
}
