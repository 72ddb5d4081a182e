import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/needs';
import { KEYRING, keychainIn, logInWith, newInstallation } from './support/installation';
import { errorIn, start } from './support/run-binary';

const KEY = 'CanaryKeyForTheKeychain';
const PROGRAM = 'node_modules/vocalstack-token';

type Installation = ReturnType<typeof newInstallation>;

describe('S62 the keychain package', () => {
  it.each<[string, (put: Installation) => string]>([
    [
      'from beside the program, as in a project and in the cache of npx',
      ({ program, keyring }) => {
        keyring(`node_modules/${KEYRING}`);
        return program(PROGRAM);
      },
    ],
    [
      'from the program itself, as in a global installation',
      ({ program, keyring }) => {
        keyring(`${PROGRAM}/node_modules/${KEYRING}`);
        return program(PROGRAM);
      },
    ],
    [
      'from the program in a folder of any name, as in a clone',
      ({ program, keyring }) => {
        keyring(`clone/node_modules/${KEYRING}`);
        return program('clone');
      },
    ],
    [
      'from the store of pnpm',
      ({ program, keyring, link, at }) => {
        const store = 'node_modules/.pnpm';
        program(`${store}/vocalstack-token@1/${PROGRAM}`);
        const asksForPart = `require('@napi-rs/keyring-part'); ${keychainIn(at('log'))}`;
        keyring(`${store}/keyring@2/node_modules/${KEYRING}`, asksForPart);
        keyring(`${store}/part@2/node_modules/@napi-rs/keyring-part`, '');
        link(
          `${store}/keyring@2/node_modules/@napi-rs/keyring-part`,
          `${store}/part@2/node_modules/@napi-rs/keyring-part`,
        );
        link(
          `${store}/vocalstack-token@1/node_modules/${KEYRING}`,
          `${store}/keyring@2/node_modules/${KEYRING}`,
        );
        link(PROGRAM, `${store}/vocalstack-token@1/${PROGRAM}`);
        return at(PROGRAM);
      },
    ],
  ])('is loaded %s', async (_where, install) => {
    const installation = newInstallation();
    const { code, err } = await logInWith(install(installation), KEY);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(installation.given()).toBe(KEY);
  });
});

it(
  "S62 the keychain package is loaded from a folder that only this user's own group may write to",
  needs('root'),
  async () => {
    const { keyring, program, given, at } = newInstallation();
    keyring(`node_modules/${KEYRING}`);
    chownSync(at('node_modules'), 0, 0);
    chmodSync(at('node_modules'), 0o775);
    expect(await logInWith(program(PROGRAM), KEY)).toMatchObject({ code: 0, err: '' });
    expect(given()).toBe(KEY);
  },
);

describe('S62 the keychain package', () => {
  const expectBroken = async (installation: Installation, root: string, reason: string) => {
    const result = await logInWith(root, KEY);
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result)).toMatchObject({
      code: 'keychain_broken',
      message: expect.stringContaining(reason),
    });
    expect(installation.given()).toBeNull();
    expect(result.err).not.toContain(KEY);
  };

  it('is not loaded from a parent folder', async () => {
    const installation = newInstallation();
    installation.keyring(`node_modules/${KEYRING}`);
    const result = await logInWith(installation.program(`deep/${PROGRAM}`), KEY);
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result)).toMatchObject({ code: 'keychain_not_installed' });
    expect(installation.given()).toBeNull();
  });

  it.each([
    ['as its main file', {}, {}],
    ['as a part that the package loads', { main: 'index.js' }, 'part'],
  ] as const)('is not loaded from a parent folder, %s', async (_what, manifest, files) => {
    const installation = newInstallation();
    const { put, keyring, program } = installation;
    const asks = { 'index.js': "module.exports = require('@napi-rs/keyring-part');" };
    put(`deep/node_modules/${KEYRING}`, manifest, files === 'part' ? asks : {});
    for (const name of [KEYRING, '@napi-rs/keyring-part']) keyring(`node_modules/${name}`);
    const reason = files === 'part' ? 'threw an error' : 'its main file is outside its folder';
    await expectBroken(installation, program(`deep/${PROGRAM}`), reason);
  });

  it.each([
    ['node_modules', 0o777],
    ['node_modules/@napi-rs', 0o757],
    [`node_modules/${KEYRING}`, 0o777],
    [`node_modules/${KEYRING}/index.js`, 0o666],
  ] as const)('is not loaded if other users may write to %s', async (path, mode) => {
    const installation = newInstallation();
    installation.keyring(`node_modules/${KEYRING}`);
    const root = installation.program(PROGRAM);
    chmodSync(installation.at(path), mode);
    await expectBroken(installation, root, `other users may write to ${installation.at(path)}`);
  });

  it.each(['node_modules', `node_modules/${KEYRING}`, `node_modules/${KEYRING}/index.js`])(
    'is not loaded if %s belongs to another user',
    needs('root'),
    async (path) => {
      const installation = newInstallation();
      installation.keyring(`node_modules/${KEYRING}`);
      const root = installation.program(PROGRAM);
      chownSync(installation.at(path), 4711, 0);
      await expectBroken(installation, root, `${installation.at(path)} belongs to another user`);
    },
  );

  it('is not loaded if other users may write to another file of the package', async () => {
    const installation = newInstallation();
    const { keyring, put, program, at } = installation;
    keyring(`node_modules/${KEYRING}`, "module.exports = require('./other.js');");
    put(`node_modules/${KEYRING}`, { main: 'index.js' }, { 'other.js': keychainIn(at('log')) });
    chmodSync(at('node_modules', KEYRING, 'other.js'), 0o666);
    await expectBroken(installation, program(PROGRAM), 'other.js');
  });

  it('is not loaded if another group may write to its native part', needs('root'), async () => {
    const installation = newInstallation();
    const { keyring, program, at } = installation;
    keyring(`node_modules/${KEYRING}`, "module.exports = require('@napi-rs/keyring-part');");
    keyring('node_modules/@napi-rs/keyring-part');
    chownSync(at('node_modules/@napi-rs/keyring-part'), 0, 4711);
    chmodSync(at('node_modules/@napi-rs/keyring-part'), 0o775);
    await expectBroken(installation, program(PROGRAM), 'keyring-part');
  });
});

describe('S62 on a system without user ids', () => {
  it("the keychain package is loaded whatever the folders' modes are", async () => {
    const { keyring, program, at } = newInstallation();
    keyring(`node_modules/${KEYRING}`);
    const root = program(PROGRAM);
    chmodSync(at('node_modules'), 0o777);
    const preload = at('preload.cjs');
    writeFileSync(preload, 'process.geteuid = process.getuid = undefined;');
    const helper = join(root, 'bin/keychain.js');
    const ask = (words: readonly string[]) =>
      start(process.execPath, [...words, helper], { stdin: '{"op":"load"}' }).done;
    expect(JSON.parse((await ask([])).out)).toMatchObject({ ok: false, why: 'writable' });
    expect(JSON.parse((await ask(['--require', preload])).out)).toMatchObject({ ok: true });
  });
});

describe('a keychain package that cannot be loaded', () => {
  /** Source that throws the same error as the real keychain package when none of the package's native files could be loaded. */
  const REPORT = 'throw new Error("Cannot find native binding.");';
  const part = (load: string) => `try { ${load} } catch {} ${REPORT}`;

  it.each<[string, string, string]>([
    ['its native part is missing', part("require('@napi-rs/keyring-part')"), 'is not installed'],
    ['its native part is damaged', part("require('./part.node')"), 'is damaged'],
    ['it throws', 'throw new Error("CanaryOfThePackage");', 'threw an error'],
    ['it crashes its process', 'process.kill(process.pid, "SIGSEGV"); for (;;);', 'it crashed'],
  ])('is reported with the reason if %s', async (_how, code, reason) => {
    const { keyring, put, program } = newInstallation();
    keyring(`node_modules/${KEYRING}`, code);
    put(`node_modules/${KEYRING}`, { main: 'index.js' }, { 'part.node': 'no library' });
    const result = await logInWith(program(PROGRAM), KEY);
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result)).toMatchObject({
      code: 'keychain_broken',
      message: expect.stringContaining(reason),
    });
    expect(result.err).not.toContain('CanaryOfThePackage');
  });

  it('does not pass the check of doctor', async () => {
    const { keyring, program, at } = newInstallation();
    keyring(`node_modules/${KEYRING}`, 'throw new Error("broken");');
    const root = program(PROGRAM);
    const doctor = async () => {
      const words = [join(root, 'bin/vstoken.js'), 'doctor', '--offline', '--json'];
      const { out } = await start(process.execPath, words).done;
      const { checks, versions } = JSON.parse(out);
      const { result } = checks.find(({ id }: { id: string }) => id === 'keychain-package');
      return { result, version: versions.keychain };
    };
    expect(await doctor()).toEqual({ result: 'warn', version: null });
    keyring(`node_modules/${KEYRING}`);
    expect(await doctor()).toEqual({ result: 'pass', version: '2.1.2' });
    rmSync(at('node_modules', KEYRING), { recursive: true });
    expect(await doctor()).toEqual({ result: 'skipped', version: null });
  });

  it(
    'is reported with its own reason on a file system that is mounted noexec',
    needs('bash', 'mount', 'mounts', 'unshare'),
    async () => {
      const { program, at } = newInstallation();
      const root = program(PROGRAM);
      const words = `mount -t tmpfs -o noexec,mode=755 tmpfs "$0" && cp -r "$1"/. "$0" && exec "$2" "$3" <<< '{"op":"load"}'`;
      const real = join(import.meta.dirname, '../../node_modules/@napi-rs');
      const place = at('node_modules/@napi-rs');
      mkdirSync(place);
      const { out } = await start('unshare', [
        ...['-rm', 'bash', '-c', words],
        ...[place, real, process.execPath, join(root, 'bin/keychain.js')],
      ]).done;
      expect(JSON.parse(out)).toMatchObject({ ok: false, reason: 'broken', why: 'noexec' });
    },
  );
});
