import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import needs from './test/support/needs.json' with { type: 'json' };

const tags = [...Object.keys(needs.programs), ...Object.keys(needs.privileges), 'program'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They are other people's projects: test/consumers/run.mjs.
    exclude: ['test/consumers/**'],
    setupFiles: ['test/support/each-file.ts'],
    tags: tags.map((name) => ({ name })),
    // Loading the sources anew for each file takes a fifth of the time, and no test leaves a module changed.
    isolate: false,
    // Many tests wait for a process or a clock meanwhile.
    maxWorkers: Math.min(16, 2 * availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // CI runs each test about five times. One that fails by chance must not hide the others, and is named at the end.
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
