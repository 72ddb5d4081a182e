const cleanups: (() => void)[] = [];

/**
 * Registers a function that runs after each test file. An `afterAll` in a module of `support/` would run only after the first
 * test file, because the module is loaded only once for many test files.
 */
export function afterEachFile(cleanup: () => void): void {
  cleanups.push(cleanup);
}

/**
 * Runs all cleanups in reverse order, so that a program stops before its folder is removed.
 * @throws the first error of a cleanup, after all cleanups have run
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
