import assert from 'node:assert/strict';
import { rolldown } from 'rolldown';

const warnings = [];
const onLog = (_level, { message }) => warnings.push(message);
const bundle = await rolldown({ input: 'everything.mjs', platform: 'node', onLog });
for (const [format, end] of [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
]) {
  for (const minify of [false, true]) {
    const file = `bundles/${minify ? 'small' : 'plain'}.${end}`;
    await bundle.write({ file, format, minify, codeSplitting: false });
  }
}
assert.deepEqual(warnings, []);
