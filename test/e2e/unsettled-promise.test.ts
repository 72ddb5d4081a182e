import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BINARY, errorIn, ROOT, runBinary, start } from './support/run-binary';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-lost-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Runs a program of `bin/`. One of the modules that it loads is replaced with an object.
 * @param exports the code of this object
 */
function runWith(
  program: string,
  module: string,
  exports: string,
  stdin = '',
  args: readonly string[] = [],
) {
  const preload = join(folder, 'preload.cjs');
  writeFileSync(
    preload,
    `const Module = require('node:module');
     const load = Module._load;
     Module._load = (name, ...more) => (name.endsWith(${JSON.stringify(module)}) ? ${exports} : load(name, ...more));`,
  );
  return start(process.execPath, ['--require', preload, program, ...args], { stdin }).done;
}

it('S64 a run whose promise never settles fails, with an error message', async () => {
  const lost = '{ ...load(name, ...more), main: () => new Promise(() => undefined) }';
  const asText = await runWith(BINARY, 'entry.js', lost);
  expect(asText).toMatchObject({ code: 1, out: '' });
  expect(asText.err).toContain('internal_error');
  const asJson = await runWith(BINARY, 'entry.js', lost, '', ['mint', '--json']);
  expect(asJson).toMatchObject({ code: 1, out: '' });
  expect(errorIn(asJson)).toMatchObject({ code: 'internal_error', exit: 1 });
});

it.each([0, 3])('S64 a run that completes has its own exit code (%i)', async (code) => {
  const ends = `{ createNodeContext: () => ({}), main: async () => ${code} }`;
  expect(await runWith(BINARY, 'entry.js', ends)).toMatchObject({ code });
});

it('S64 a helper that ends without an answer fails', async () => {
  const program = join(ROOT, 'bin/keychain.js');
  const lost = '{ get Entry() { process.exit(); } }';
  const request = '{"op":"get","service":"s","account":"a"}';
  expect(await runWith(program, 'keyring/index.js', lost, request)).toMatchObject({
    code: 1,
    out: '',
  });
});

it('S64 --version succeeds', async () => {
  expect(await runBinary(['--version'])).toMatchObject({ code: 0 });
});
