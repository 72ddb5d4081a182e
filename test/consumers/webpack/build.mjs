import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import webpack from 'webpack';

const common = {
  entry: './everything.mjs',
  mode: 'production',
  target: 'node20',
  // Puts all code into one chunk, including modules that are imported on demand.
  optimization: { minimize: false },
  plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
};
const path = resolve('bundles');
const esm = {
  output: { path, filename: 'plain.mjs', module: true },
  experiments: { outputModule: true },
};
const cjs = { output: { path, filename: 'plain.cjs' } };
const compiler = webpack([esm, cjs].map((own) => ({ ...common, ...own })));
const stats = await promisify(compiler.run.bind(compiler))();
const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
assert.deepEqual(
  [...errors, ...warnings].map(({ message }) => message),
  [],
);
