import assert from 'node:assert/strict';
import { build } from 'esbuild';

const common = { entryPoints: ['everything.mjs'], bundle: true, platform: 'node' };
for (const [format, end] of [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
]) {
  for (const minify of [false, true]) {
    const outfile = `bundles/${minify ? 'small' : 'plain'}.${end}`;
    const { warnings } = await build({ ...common, format, minify, outfile, logLevel: 'silent' });
    assert.deepEqual(warnings, []);
  }
}
