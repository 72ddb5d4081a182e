const cleanups: (() => void)[] = [];

/**
 * Runs a function at the end of each file of tests. A module of `support/` is loaded once for many files, so its own `afterAll`
 * would run for the first of them alone.
 */
export function afterEachFile(cleanup: () => void): void {
  cleanups.push(cleanup);
}

/** Runs them all, the last first: what was started in a folder ends before the folder goes. @throws the first error, at the end */
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
