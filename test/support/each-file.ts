import { afterAll, beforeEach } from 'vitest';
import { runCleanups } from './cleanup';
import { installLine, missingPrograms } from './machine';

// Vitest runs this module before each test file.

beforeEach(({ task }) => {
  const missing = missingPrograms(task.tags ?? []);
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} is missing: ${installLine(missing)}`);
});

afterAll(runCleanups);
