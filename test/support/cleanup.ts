const cleanups: (() => void)[] = [];

/**
 * Runs a function at the end of each file of tests. A module of `support/` is loaded once for many files, so its own `afterAll`
 * would run for the first of them alone.
 */
export function afterEachFile(cleanup: () => void): void {
  cleanups.push(cleanup);
}

export function runCleanups(): void {
  for (const cleanup of cleanups) cleanup();
}
