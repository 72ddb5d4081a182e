import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import needs from './test/support/needs.json' with { type: 'json' };

const tags = [...Object.keys(needs.programs), ...Object.keys(needs.privileges), 'program'];

/** Matches test files that start the built program. */
const STARTS =
  /\b(PROGRAM|PROGRAM_VARIABLES|runBinary|startBinary|startShell|runInTerminal|runPrompted|openTerminal|pathWithBinary)\b/;

/**
 * With VSTOKEN_BINARY (an executable) only the tests that start the program are run. Tests that need the package itself have
 * `needs('package')`.
 */
function include(): string[] {
  if (!process.env['VSTOKEN_BINARY']) return ['test/**/*.test.ts'];
  const folders = ['test/e2e', 'test/portable', 'test/binary'];
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.test.ts') && STARTS.test(readFileSync(path, 'utf8')))
    .map((path) => path.replaceAll('\\', '/'));
}

export default defineConfig({
  test: {
    include: include(),
    // Projects of users, which test/consumers/run.mjs runs.
    exclude: ['test/consumers/**'],
    setupFiles: ['test/support/each-file.ts'],
    tags: tags.map((name) => ({ name })),
    // Reloading the sources for each file takes a fifth of the time, and no test changes a module for good.
    isolate: false,
    // More workers than processors, since many tests wait for a process or a timer.
    maxWorkers: Math.min(16, 2 * availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // CI runs each test about five times. A flaky test must not hide other failures, and the report lists it at the end.
    retry: Number(process.env['VSTOKEN_TEST_RETRIES'] ?? 0),
    reporters: [
      'default',
      'json',
      './test/support/tables-reporter.ts',
      './test/support/skipped-reporter.ts',
      './test/support/retried-reporter.ts',
    ],
    outputFile: { json: 'node_modules/.cache/vitest-report.json' },
  },
});
