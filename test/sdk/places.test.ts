// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { fakeClock } from '../../src/system/clock';
import { createProbes } from '../../src/system/probes';
import { needs } from '../support/needs';
import { envFor, run } from '../support/run';
import { sdkProject } from '../support/sdk-project';

const NAME = '@vocalstack/js-sdk';
const MANIFEST = { name: NAME, version: '1.1.0' };

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const mint = (cwd: string) =>
  run('mint --client sdk --json --verbose', { cwd, env: envFor(sandbox) });

async function expectNotLoaded(cwd: string, reason: string) {
  const { code, out, err, error } = await mint(cwd);
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(error()).toMatchObject({ code: 'sdk_broken', message: expect.stringContaining(reason) });
  expect(err).not.toContain('loaded by process');
}

/**
 * Creates a project. Its parent folder has a complete SDK, and the project itself has another package with the name of the SDK.
 */
function projectBelow(manifest: object, files: Readonly<Record<string, string>> = {}) {
  const { folder, path } = sdkProject();
  const cwd = join(folder, 'project');
  const own = join(cwd, 'node_modules', NAME);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'package.json'), JSON.stringify({ ...MANIFEST, ...manifest }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  return { cwd, own, above: path };
}

describe('S62 only the SDK that was reported is loaded', () => {
  it('and not another SDK in a folder above, if the main file is missing', async () => {
    const { cwd, above } = projectBelow({});
    await expectNotLoaded(cwd, `its main file is outside its folder, at ${above}/index.js`);
  });

  it.each([
    ['main', { main: '../../../other.js' }],
    ['exports for import', { exports: { '.': { import: './link.js' } } }],
  ] as const)('and no file outside its folder through %s', async (_by, manifest) => {
    const { cwd, own } = projectBelow(manifest);
    writeFileSync(join(cwd, 'other.js'), 'console.log("loaded by process");');
    symlinkSync(join(cwd, 'other.js'), join(own, 'link.js'));
    await expectNotLoaded(cwd, `outside its folder, at ${cwd}/other.js`);
  });

  it.each(['commonjs', 'module', 'require'] as const)(
    'even if it is a symbolic link, as with pnpm (%s)',
    async (kind) => {
      const { folder, path } = sdkProject({}, kind);
      const store = join(folder, 'node_modules/.pnpm/js-sdk@1/node_modules', NAME);
      mkdirSync(dirname(store), { recursive: true });
      renameSync(path, store);
      symlinkSync(store, path);
      const { code, json } = await mint(folder);
      expect(code).toBe(0);
      expect(json<{ client: unknown }>().client).toMatchObject({ path: store });
    },
  );

  it('even if it is in a safe folder above', async () => {
    const { folder, path } = sdkProject();
    const below = join(folder, 'packages/one');
    mkdirSync(below, { recursive: true });
    const { code, err } = await mint(below);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(`in ${path}\n`) });
  });

  it('and its file is the one that import chooses by the conditions', async () => {
    const { folder, path } = sdkProject({}, 'module');
    cpSync(join(path, 'index.mjs'), join(path, 'right.mjs'));
    writeFileSync(join(path, 'wrong.mjs'), 'throw new Error("loaded by process");');
    const exports = {
      '.': [
        { browser: './wrong.mjs' },
        { import: { deno: './wrong.mjs', default: './right.mjs' } },
      ],
      './more': './wrong.mjs',
    };
    writeFileSync(join(path, 'package.json'), JSON.stringify({ ...MANIFEST, exports }));
    expect(await mint(folder)).toMatchObject({ code: 0 });
  });
});

describe('S62 an SDK that others could have changed is not loaded', () => {
  it.each(['node_modules', 'node_modules/@vocalstack', `node_modules/${NAME}`])(
    'if others may write to %s',
    async (path) => {
      const { folder } = sdkProject();
      chmodSync(join(folder, path), 0o777);
      await expectNotLoaded(folder, `other users may write to ${join(folder, path)}`);
    },
  );

  it.each(['node_modules', `node_modules/${NAME}`, `node_modules/${NAME}/index.js`])(
    'if others own %s',
    needs('root'),
    async (path) => {
      const { folder } = sdkProject();
      chownSync(join(folder, path), 4711, 0);
      await expectNotLoaded(folder, `${join(folder, path)} belongs to another user`);
    },
  );

  it('if a symbolic link leads to an unsafe folder', async () => {
    const { folder, path } = sdkProject();
    const store = join(folder, 'store');
    renameSync(path, store);
    symlinkSync(store, path);
    chmodSync(store, 0o777);
    await expectNotLoaded(folder, `other users may write to ${store}`);
  });
});

describe('S62 doctor', () => {
  const probesOf = (cwd: string, geteuid?: () => number) => {
    const { platform, arch, execPath } = process;
    const node = { platform, arch, execPath, env: {}, cwd: () => cwd };
    return createProbes(geteuid ? { ...node, geteuid } : node, fakeClock());
  };

  it('reports whether --client sdk would load the SDK', () => {
    const { folder, path } = sdkProject();
    const uid = process.geteuid ?? (() => 0);
    expect(probesOf(folder, uid).findSdk()).toEqual({
      ...{ path, version: '1.1.0', isWhole: true, fault: null },
    });
    chmodSync(path, 0o777);
    expect(probesOf(folder, uid).findSdk()?.fault).toBe(`other users may write to ${path}`);
    rmSync(join(path, 'index.js'));
    chmodSync(path, 0o755);
    expect(probesOf(folder, uid).findSdk()).toMatchObject({ isWhole: false, fault: null });
  });

  it('checks no owner and no mode on a system without user IDs', () => {
    const { folder, path } = sdkProject();
    chmodSync(path, 0o777);
    expect(probesOf(folder).findSdk()).toMatchObject({ isWhole: true, fault: null });
  });
});
