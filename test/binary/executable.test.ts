// @module-tag program
import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionalDependencies, version } from '../../package.json';
import { KEYRING, keychainIn } from '../e2e/support/installation';
import { errorIn, PROGRAM, runBinary, type SpawnOptions, start } from '../e2e/support/run-binary';
import { createAuthority } from '../support/authority';
import { needs } from '../support/needs';
import { sdkProject } from '../support/sdk-project';
import { newConfigDir } from '../support/stored';

const KEY = 'CanaryKeyOfTheExecutable';
const [ORIGINAL] = PROGRAM;

/** A folder that contains only the executable. */
let folder: string;
let copy: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vstoken-executable-')));
  copy = join(folder, 'vstoken');
  // With this flag, the copy shares its data with the original, if the file system supports this.
  copyFileSync(ORIGINAL, copy, constants.COPYFILE_FICLONE);
});
afterAll(() => rmSync(folder, { recursive: true }));

const runCopy = (args: readonly string[], options?: SpawnOptions) =>
  start(copy, args, options).done;

describe('the executable', needs('executable'), () => {
  it('needs no other program, no file and no home folder', async () => {
    const env = { PATH: '/nonexistent', HOME: '/nonexistent' };
    expect(await runCopy(['--version'], { env })).toMatchObject({
      ...{ code: 0, out: `${version}\n`, err: '' },
    });
    const { code, out } = await runCopy(['test', '--sandbox', '-q'], { env });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('A token is brief') });
  });

  it('has the licences of everything that it contains', () => {
    expect(readdirSync(dirname(ORIGINAL)).sort()).toEqual(['LICENSE', 'licenses.txt', 'vstoken']);
  });

  it('ignores NODE_OPTIONS, without a warning', async () => {
    const code = join(folder, 'loaded.cjs');
    writeFileSync(code, "process.stdout.write('LOADED');");
    const env = { NODE_OPTIONS: `--require ${code}` };
    const printed = await runBinary(['--version'], { env });
    expect(printed).toMatchObject({ code: 0, out: `${version}\n`, err: '' });
    const { out } = await runBinary(['doctor', '--sandbox', '--json'], { env });
    const { checks, versions } = JSON.parse(out);
    const found = (id: string) => checks.find((check: { readonly id: string }) => check.id === id);
    expect(found('debugging-aids')).toMatchObject({ result: 'pass' });
    expect(found('node').observed).toBe(`${versions.node}, built into this executable`);
  });

  it('does not accept Node.js options on its command line', async () => {
    const result = await runBinary(['--node-options=--print=1', 'mint', '--json']);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(errorIn(result).code).toBe('unknown_option');
  });

  it('trusts the authorities of NODE_EXTRA_CA_CERTS', needs('openssl'), async () => {
    const authority = createAuthority();
    const server = createServer(authority.issue('DNS:localhost'), (_request, response) =>
      response.writeHead(418).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const own = {
      VOCALSTACK_API_SERVER: `https://localhost:${port}`,
      VOCALSTACK_API_KEY: KEY,
      CI: '1',
    };
    const codeWith = async (env: Readonly<Record<string, string>>) =>
      errorIn(await runBinary(['mint', '--json'], { env: { ...own, ...env } })).code;
    expect(await codeWith({})).toBe('tls_failed');
    expect(await codeWith({ NODE_EXTRA_CA_CERTS: authority.file })).not.toBe('tls_failed');
    server.close();
    authority.close();
  });
});

describe('the helper processes of the executable', needs('executable'), () => {
  it.each(['helper:keychain', 'helper:sdk-host'])('%s is not a command', async (word) => {
    const { code, out, err } = await runBinary([word]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('code:  unknown_command (exit 2)');
    expect((await runBinary(['help', '--json'])).out).not.toContain('helper:');
  });

  it('are not started by VSTOKEN_HELPER alone, and child processes do not get this variable', async () => {
    const env = { VSTOKEN_HELPER: '1' };
    const minted = await runBinary(['mint', '--sandbox', '-q'], { env });
    expect(minted).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
    const { out } = await runBinary(['exec', '--sandbox', '--', 'env'], { env });
    expect(out).toContain('VOCALSTACK_AUTH_TOKEN=');
    expect(out).not.toContain('VSTOKEN_HELPER');
  });
});

describe('S62 packages beside the executable', needs('executable'), () => {
  const log = () => join(folder, 'log');
  const modules = () => join(folder, 'node_modules');
  const logIn = () =>
    start(copy, ['login', '--with-key', '--no-verify', '--store', 'keychain', '--json'], {
      env: { VOCALSTACK_CONFIG_DIR: newConfigDir() },
      stdin: KEY,
    }).done;

  function putKeyring() {
    const path = join(modules(), KEYRING);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'package.json'), '{"version":"2.1.2","main":"index.js"}');
    writeFileSync(join(path, 'index.js'), keychainIn(log()));
  }

  it('the keychain package can be missing, and the error then says how to install it', async () => {
    const result = await logIn();
    expect(result.code).toBe(3);
    const command = `npm install --prefix . ${KEYRING}@${optionalDependencies[KEYRING]}`;
    expect(errorIn(result)).toMatchObject({
      code: 'keychain_not_installed',
      message: expect.stringContaining('is not installed next to this executable'),
      hint: expect.stringContaining(`${command} in the folder of the executable`),
    });
    expect((await runCopy(['explain', 'keychain_not_installed'])).out).toContain(command);
  });

  it('the keychain package stores a key in the keychain', async () => {
    putKeyring();
    expect(await logIn()).toMatchObject({ code: 0, err: '' });
    const { out } = await runCopy(['doctor', '--sandbox', '--json']);
    expect(JSON.parse(out).versions.keychain).toBe('2.1.2');
  });

  it('are not loaded if other users may write to them', async () => {
    putKeyring();
    rmSync(log(), { force: true });
    chmodSync(modules(), 0o777);
    const result = await logIn();
    chmodSync(modules(), 0o755);
    expect(errorIn(result)).toMatchObject({
      code: 'keychain_broken',
      message: expect.stringContaining(`other users may write to ${modules()}`),
    });
    expect(readdirSync(folder)).not.toContain('log');
  });

  it('are not loaded from the parent folder', async () => {
    const below = join(folder, 'below');
    mkdirSync(below);
    const deep = join(below, 'vstoken');
    putKeyring();
    copyFileSync(copy, deep, constants.COPYFILE_FICLONE);
    const line = ['login', '--with-key', '--no-verify', '--store', 'keychain', '--json'];
    const result = await start(deep, line, { stdin: KEY }).done;
    expect(errorIn(result).code).toBe('keychain_not_installed');
    rmSync(below, { recursive: true });
  });

  it('the SDK is loaded from the folder of the executable, and an error says if it is missing', async () => {
    const line = ['mint', '--client', 'sdk', '--sandbox', '--json'];
    expect(errorIn(await runCopy(line)).code).toBe('sdk_missing');
    const project = sdkProject();
    cpSync(join(project.folder, 'node_modules'), modules(), { recursive: true });
    const { code, out, err } = await runCopy(line);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(modules()) });
    expect(JSON.parse(out)).toMatchObject({ one_time: true });
  });
});
