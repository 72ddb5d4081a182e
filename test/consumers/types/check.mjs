// Checks program.ts with each supported version of TypeScript and each way to resolve modules.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const COMMON = [
  '--noEmit',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
];
COMMON.push(
  '--target',
  'es2022',
  '--types',
  'node',
  '--lib',
  'es2022,dom,dom.iterable,esnext.disposable',
);
// `--skipDefaultLibCheck` leaves TypeScript's own declarations unchecked. Checking them would take half of the time.
const NODENEXT = [
  '--skipDefaultLibCheck',
  '--module',
  'nodenext',
  '--moduleResolution',
  'nodenext',
];
// `--skipLibCheck` leaves the package's declarations unchecked. The runs with NODENEXT already check these declarations, which do
// not depend on the way to resolve modules.
const BUNDLER = ['--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
const NODE10 = ['--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'node10'];
const RUNS = [
  ['5.4', NODENEXT],
  ['5.4', BUNDLER],
  ['5.4', NODE10],
  ['5.9', NODENEXT],
  ['5.9', BUNDLER],
  ['5.9', NODE10],
  ['6', NODENEXT],
  ['6', BUNDLER],
  ['7', NODENEXT],
  ['7', BUNDLER],
];

async function check(version, args) {
  const tsc = `node_modules/typescript-${version}/bin/tsc`;
  const child = spawn(process.execPath, [tsc, ...COMMON, ...args, 'program.ts']);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(code, 0, `TypeScript ${version} ${args.join(' ')}:\n${output}`);
}

async function worker() {
  for (let run = RUNS.shift(); run; run = RUNS.shift()) await check(...run);
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
