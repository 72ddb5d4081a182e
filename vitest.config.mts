import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import needs from './test/support/needs.json' with { type: 'json' };

const tags = [...Object.keys(needs.programs), ...Object.keys(needs.privileges), 'program'];

/** Matches the source of test files that start the built program. */
const STARTS =
  /\b(PROGRAM|PROGRAM_VARIABLES|runBinary|startBinary|startShell|runInTerminal|runPrompted|openTerminal|pathWithBinary)\b/;

/**
 * Returns the paths of the test files to run. If VSTOKEN_BINARY (the path of an executable) is set, only the files that start the
 * program are run. In these files, tests that cannot run with the executable use `needs('package')`.
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
    // test/consumers contains projects that use the package. test/consumers/run.mjs runs the tests of these projects.
    exclude: ['test/consumers/**'],
    setupFiles: ['test/support/each-file.ts'],
    tags: tags.map((name) => ({ name })),
    // All test files share the loaded modules. If each file loaded them again, this would take a fifth of the total time. Sharing
    // is safe because no test changes a module permanently.
    isolate: false,
    // There are more workers than processors, because many tests wait for a process or a timer.
    maxWorkers: Math.min(16, 2 * availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How often a failed test is run again. CI sets the variable VSTOKEN_TEST_RETRIES, because CI runs each test about five
    // times, and even a rarely failing test would make CI fail. The report lists at the end which tests were run again.
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
