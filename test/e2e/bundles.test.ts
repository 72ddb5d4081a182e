// @module-tag program

import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_COMPILE_CACHE, ROOT, start } from './support/run-binary';

let base: string;
/** A user's project in which the package is installed. */
let project: string;
/** An empty folder in which a bundle is run, so that the bundle cannot load other files. */
let alone: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-bundles-'));
  project = join(base, 'project');
  alone = join(base, 'alone');
  const home = join(project, 'node_modules/vocalstack-token');
  mkdirSync(home, { recursive: true });
  mkdirSync(alone);
  cpSync(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(home, 'package.json'));
});
afterAll(() => rmSync(base, { recursive: true }));

/**
 * Bundles a script of the project into one file.
 * @returns the path of the bundle, and the bundler's warnings
 */
async function bundle(name: string, code: string, format: 'esm' | 'cjs', minify = false) {
  const input = join(project, `${name}.mjs`);
  writeFileSync(input, code);
  const warnings: string[] = [];
  const onLog = (_level: unknown, { message }: { readonly message: string }) => {
    warnings.push(message);
  };
  const built = await rolldown({ input, platform: 'node', onLog });
  const file = join(alone, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await built.write({ file, format, minify, codeSplitting: false });
  return { file, warnings };
}

const run = (...args: readonly string[]) =>
  start(process.execPath, args, { env: NO_COMPILE_CACHE, cwd: alone }).done;

describe('S60 the library in a bundle of one file', () => {
  // Tests of bundles that other bundlers make are in test/consumers.
  it('is smaller than 120 kB for a server that only mints, and contains no WebSockets, audio or commands', async () => {
    const code = `
      import { createTokenHandler } from 'vocalstack-token';
      const handle = createTokenHandler({ apiKey: 'a-key', apiServer: 'http://127.0.0.1:9', authenticate: () => true });
      handle(new Request('https://app.example.com/token')).then(({ status }) => console.log(status));`;
    const { file, warnings } = await bundle('handler', code, 'esm', true);
    expect(warnings).toEqual([]);
    expect(statSync(file).size).toBeLessThan(120_000);
    const { out } = await run(file);
    expect(out).toBe('502\n');
    const { file: readable } = await bundle('handler', code, 'cjs');
    const text = String(await import('node:fs').then(({ readFileSync }) => readFileSync(readable)));
    expect(text).toContain('createTokenHandler');
    for (const foreign of [
      'permessage-deflate',
      'music-metadata',
      'Usage:',
      'transcribe:nothing',
    ]) {
      expect(text).not.toContain(foreign);
    }
  });
});

describe('the output of Node.js for an uncaught error of the library', () => {
  it.each([[], ['--enable-source-maps']])(
    'is short, and names the functions: %s',
    async (...flags) => {
      const script = `
      const { mintToken } = require('vocalstack-token');
      async function askForToken() { await mintToken({ apiKey: '' }); }
      askForToken();`;
      const path = join(project, 'crash.cjs');
      writeFileSync(path, script);
      const { code, err } = await run(...flags, path);
      expect(code).toBe(1);
      const lines = err.split('\n');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(250);
      expect(lines.length).toBeLessThan(30);
      expect(err).toMatch(/^TokenError: The option apiKey is empty\.$/m);
      expect(err).toMatch(/at mintToken .*library.mint-token\.js:\d+/);
      expect(err).toMatch(/at (async )?askForToken /);
      expect(err).toContain("code: 'key_empty'");
    },
  );
});
