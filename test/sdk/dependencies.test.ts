// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { ROOT, start } from '../e2e/support/run-binary';
import { needs } from '../support/needs';
import { envFor, run } from '../support/run';
import { sdkProject } from '../support/sdk-project';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const LOADED = 'the part is loaded';

/**
 * Creates a project whose SDK begins with this code. The project also has a package `part`, which prints LOADED when it is
 * loaded.
 */
function projectWith(code: string, kind: 'commonjs' | 'module' = 'commonjs') {
  const { folder, path } = sdkProject({}, kind);
  const main = join(path, kind === 'module' ? 'index.mjs' : 'index.js');
  writeFileSync(main, `${code}\n${readFileSync(main, 'utf8')}`);
  const part = join(folder, 'node_modules/part');
  mkdirSync(part);
  writeFileSync(join(part, 'package.json'), JSON.stringify({ name: 'part', version: '1.0.0' }));
  writeFileSync(join(part, 'index.js'), `console.log(${JSON.stringify(LOADED)});`);
  return { folder, path, part };
}

async function mint(cwd: string) {
  const line = 'mint --client sdk --json --verbose';
  const { code, err } = await run(line, { cwd, env: envFor(sandbox) });
  return { code, isLoaded: err.includes(LOADED), err };
}

const WAYS = [
  ['require', 'try { require("part"); } catch {}', 'commonjs'],
  ['import on demand', 'try { await import("part"); } catch {}', 'module'],
] as const;

describe('S62 a dependency of the SDK', () => {
  it.each(WAYS)('is loaded if its files are safe (%s)', async (_way, code, kind) => {
    const { folder } = projectWith(code, kind);
    expect(await mint(folder)).toMatchObject({ code: 0, isLoaded: true });
  });

  it.each(WAYS)(
    'counts as missing if other users may write to it (%s)',
    async (_way, code, kind) => {
      const { folder, part } = projectWith(code, kind);
      chmodSync(part, 0o777);
      expect(await mint(folder)).toMatchObject({ code: 0, isLoaded: false });
    },
  );

  it.each(WAYS)(
    'counts as missing if another user owns it (%s)',
    needs('root'),
    async (_way, code, kind) => {
      const { folder, part } = projectWith(code, kind);
      chownSync(join(part, 'index.js'), 4711, 0);
      expect(await mint(folder)).toMatchObject({ code: 0, isLoaded: false });
    },
  );

  it.each([
    ['require', 'require("part");', 'commonjs'],
    ['import', 'import "part";', 'module'],
  ] as const)(
    'causes an error if it counts as missing and the SDK needs it (%s)',
    async (_way, code, kind) => {
      const { folder, part } = projectWith(code, kind);
      chmodSync(part, 0o777);
      const { err, ...result } = await mint(folder);
      expect(result).toEqual({ code: 3, isLoaded: false });
      expect(err).toContain('can be changed by other users');
      expect(err).toContain('"sdk_broken"');
    },
  );

  it.each([
    ['cannot be loaded if other users may write to it', '', 1],
    [
      'is loaded from anywhere on a system without user IDs, such as Windows',
      'delete process.geteuid;',
      0,
    ],
  ])('%s', async (_what, before, wanted) => {
    const { folder, part } = projectWith('');
    chmodSync(part, 0o777);
    const confine = JSON.stringify(join(ROOT, 'bin/sdk-confine.js'));
    const code = `${before} require(${confine}).confine(); require("part");`;
    const words = ['--input-type=commonjs', '--eval', code];
    const { code: exit, out } = await start(process.execPath, words, { cwd: folder }).done;
    expect({ exit, isLoaded: out.includes(LOADED) }).toEqual({
      ...{ exit: wanted, isLoaded: wanted === 0 },
    });
  });

  it("is checked in the same way as the SDK's own files", async () => {
    const { folder, path } = projectWith('require("./lib/more.js");');
    mkdirSync(join(path, 'lib'));
    writeFileSync(join(path, 'lib/more.js'), `console.log(${JSON.stringify(LOADED)});`);
    expect(await mint(folder)).toMatchObject({ code: 0, isLoaded: true });
    chmodSync(join(path, 'lib'), 0o777);
    expect(await mint(folder)).toMatchObject({ code: 3, isLoaded: false });
  });
});
