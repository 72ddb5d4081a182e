import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', 'json', './test/support/tables-reporter.ts'],
    outputFile: { json: 'node_modules/.cache/vitest-report.json' },
  },
});
