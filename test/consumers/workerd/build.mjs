import assert from 'node:assert/strict';
import { build } from 'esbuild';

const { warnings } = await build({
  ...{ entryPoints: ['worker.mjs'], bundle: true, format: 'esm', outfile: 'bundle.mjs' },
  conditions: ['workerd', 'worker'],
  logLevel: 'silent',
});
assert.deepEqual(warnings, []);
