const cleanups: (() => void)[] = [];

/**
 * Registers a function to run at the end of each test file. A module of `support/` is loaded once for many files, so its own
 * `afterAll` would run only for the first.
 */
export function afterEachFile(cleanup: () => void): void {
  cleanups.push(cleanup);
}

/**
 * Runs all cleanups, the last first, so that a program stops before its folder is removed. @throws the first error, after all ran
 */
export function runCleanups(): void {
  const errors: unknown[] = [];
  for (const cleanup of cleanups.toReversed()) {
    try {
      cleanup();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
