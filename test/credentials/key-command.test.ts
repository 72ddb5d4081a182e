// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CapturedProgram } from '../../src/context/capture';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { findCanaries } from '../e2e/support/canary';
import { type RunOptions, run } from '../support/run';
import { configFile, newConfigDir, storedIn } from '../support/stored';

const KEY = 'ZebraKey5d2Q8xB41zVw5end';

let sandbox: RunningSandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ apiKey: KEY });
  folder = mkdtempSync(join(tmpdir(), 'vstoken-key-command-'));
  write('get-key', 'cat "$KEY_PATH"');
  write('fail', `echo "no vault; ${KEY}" >&2; printf '\\033[2J::error::x\\n' >&2; exit 3`);
  write('fail-and-print', `echo ${KEY}; printf '%s ' 'ZebraKey5d2Q' '8xB41zVw5end' >&2; exit 1`);
  write('die', 'kill -9 $$');
  write('empty', 'echo');
  write('words', 'echo two words');
  write('page', 'echo "<html><body>Log in</body></html>"');
  write('much', 'head -c 100000 /dev/zero');
  write('show', 'env >"$SHOWN"; pwd >>"$SHOWN"; cat >>"$SHOWN"; cat "$KEY_PATH"');
  writeFileSync(join(folder, 'plain'), 'no program', { mode: 0o600 });
  writeFileSync(join(folder, 'key'), `VOCALSTACK_API_KEY="${KEY}"\n`);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, script: string, where = folder): void {
  writeFileSync(join(where, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(where, name), 0o755);
}

const environment = () => ({
  PATH: `${folder}${delimiter}${process.env['PATH']}`,
  KEY_PATH: join(folder, 'key'),
  VOCALSTACK_API_SERVER: sandbox.url,
});

const go = (line: string | readonly string[], options: RunOptions = {}) =>
  run(line, { nodeVersion: '20.20.2', ...options, env: { ...environment(), ...options.env } });

const withCommand = (line: string, command: string, options: RunOptions = {}) =>
  go(line, { ...options, env: { VOCALSTACK_API_KEY_COMMAND: command, ...options.env } });

describe('S76 login --key-command', () => {
  it('stores the command instead of the key, and runs it at each use', async () => {
    const configDir = newConfigDir();
    const login = await go("login --key-command 'get-key op://a/b' --json", { configDir });
    expect(login.json()).toEqual({
      ...{ profile: 'default', store: 'command', api_server: sandbox.url, in_use: true },
      ...{ fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/), verified: true, replaced: false },
    });
    expect(storedIn(configDir).profiles.default).toEqual({
      ...{ store: 'command', command: 'get-key op://a/b', origin: sandbox.url },
      ...{ fingerprint: expect.any(String), created_at: expect.any(String) },
    });
    const results = [login, await go('mint', { configDir }), await go('status', { configDir })];
    results.push(await go('status --check --verbose', { configDir }));
    results.push(await go('profile list', { configDir }), await go('doctor', { configDir }));
    results.push(await go('profile rename default other', { configDir }));
    results.push(await go('exec -- env', { configDir }));
    const key = [{ name: 'key', secret: KEY }];
    for (const { code, out, err } of results) {
      expect({ code, leaks: findCanaries({ out, err }, [configDir], key) }).toEqual({
        ...{ code: 0, leaks: [] },
      });
    }
    expect(storedIn(configDir).profiles.other.command).toBe('get-key op://a/b');
    expect((await go('logout', { configDir })).out).toContain('Logged out: other');
    expect(readFileSync(configFile(configDir), 'utf8')).not.toContain('get-key');
  });

  it('stores a higher version of the settings with a command, so that older programs report the file', async () => {
    const configDir = newConfigDir();
    const version = () => JSON.parse(readFileSync(configFile(configDir), 'utf8')).version;
    await go('login --key-command get-key', { configDir });
    await go('login --with-key --store plaintext --profile other', { configDir, stdin: KEY });
    expect(version()).toBe(2);
    await go('logout --profile default', { configDir });
    expect(version()).toBe(1);
  });

  it('runs nothing with --no-verify, and stores no fingerprint', async () => {
    const configDir = newConfigDir();
    const login = await go('login --key-command fail --no-verify', { configDir });
    expect(login).toMatchObject({ code: 0, out: expect.stringContaining('was not run') });
    expect((await go('status --json', { configDir })).json()).toMatchObject({
      ...{ ok: true, store: 'command', program: 'fail', fingerprint: null },
    });
    expect((await go('profile list --json', { configDir })).json()).toMatchObject({
      profiles: [{ store: 'command', fingerprint: null }],
    });
    expect((await go('mint', { configDir })).code).toBe(4);
  });

  it.each([
    ['login --key-command get-key --with-key', 'conflicting_options'],
    ['login --key-command get-key --store plaintext', 'conflicting_options'],
    ["login --key-command 'get-key | head -1'", 'invalid_value'],
    ["login --key-command './get-key'", 'invalid_value'],
    ['login --key-command get-key op://a/b', 'invalid_arguments'],
    ['login --key-command fail', 'key_command_failed'],
    ['login --key-command words', 'key_command_failed'],
  ])('stores nothing after an error: %s', async (line, code) => {
    const configDir = newConfigDir();
    const result = await go(`${line} --json`, { configDir });
    expect(result.error().code).toBe(code);
    expect(() => storedIn(configDir)).toThrow('ENOENT');
  });

  it('does not run the command for another server', async () => {
    const configDir = newConfigDir();
    await go('login --key-command get-key', { configDir });
    let runs = 0;
    const { error } = await go('mint --json --api-server http://127.0.0.1:9', {
      configDir,
      context: (built) => ({
        ...built,
        captureProgram: (...args) => {
          runs += 1;
          return built.captureProgram(...args);
        },
      }),
    });
    expect({ code: error().code, runs }).toEqual({ code: 'key_for_other_server', runs: 0 });
  });
});

describe('S17 VOCALSTACK_API_KEY_COMMAND', () => {
  it('is used before a profile, but after the key file', async () => {
    const configDir = newConfigDir();
    await go('login --key-command get-key', { configDir });
    const sources = async (env: RunOptions['env'] = {}) => {
      const { json } = await withCommand('status --json', 'get-key --token s3cret', {
        ...{ configDir, files: { '/key': KEY }, env: { VOCALSTACK_PROFILE: 'default', ...env } },
      });
      type Rows = { sources: { source: string; state: string; detail: string }[] };
      return json<Rows>()
        .sources.filter(({ state }) => state !== 'unset')
        .map(({ source, state, detail }) => `${source} ${state}: ${detail}`);
    };
    const after = [
      'VOCALSTACK_PROFILE shadowed: profile default, the command get-key',
      'profile in use shadowed: profile default, the command get-key',
    ];
    expect(await sources()).toEqual([
      'VOCALSTACK_API_KEY_COMMAND used: the command get-key',
      ...after,
    ]);
    expect(await sources({ VOCALSTACK_API_KEY_FILE: '/key' })).toEqual([
      'VOCALSTACK_API_KEY_FILE used: a file',
      'VOCALSTACK_API_KEY_COMMAND shadowed: the command get-key',
      ...after,
    ]);
    const minted = await withCommand('mint --json', 'get-key', { configDir });
    expect(minted.json()).toMatchObject({ profile: null });
  });

  it('is run by status only with --check, and by doctor only without --offline', async () => {
    const runsOf = async (line: string) => {
      const runs: CapturedProgram[] = [];
      const { code } = await withCommand(line, 'get-key', {
        context: (built) => ({
          ...built,
          captureProgram: (program, limits) => {
            runs.push(program);
            return built.captureProgram(program, limits);
          },
        }),
      });
      return `${line}: ${runs.length}, exit ${code}`;
    };
    const lines = ['status', 'status --check', 'doctor', 'doctor --offline', 'mint --count 3'];
    expect(await Promise.all(lines.map(runsOf))).toEqual([
      'status: 0, exit 0',
      'status --check: 1, exit 0',
      'doctor: 1, exit 0',
      'doctor --offline: 0, exit 0',
      'mint --count 3: 1, exit 0',
    ]);
  });

  it('S76 S26 passes no secret to its command, and none to the command of exec', async () => {
    const shown = join(folder, 'shown');
    const secrets = { VOCALSTACK_PASSPHRASE: 'passphrase', VOCALSTACK_AUTH_TOKEN: 'a-token' };
    const { code, out } = await withCommand('exec -- env', 'show', {
      ...{ stdin: 'standard input', home: folder, env: { ...secrets, SHOWN: shown } },
    });
    expect(code).toBe(0);
    expect(out).not.toMatch(/KEY_COMMAND|passphrase|a-token/);
    const told = readFileSync(shown, 'utf8');
    expect(told).toContain(`\n${folder}\n`);
    expect(told).not.toMatch(/VOCALSTACK|standard input/);
  });

  it.each([
    ['fail', /\(fail\) failed with exit status 3\. Its error output: no vault; \(redacted\)/],
    ['fail-and-print', /failed with exit status 1/],
    ['die', /\(die\) was killed by the signal SIGKILL/],
    ['empty', /is empty/],
    ['words', /does not contain an API key/],
    ['page', /does not contain an API key: .*page/],
    ['much', /more than 64 KiB/],
    ['no-such-program', /\(no-such-program\) was not found/],
    ['/etc/passwd', /could not be run/],
  ])('S76 S22 reports how the command failed, without a key: %s', async (command, message) => {
    for (const mode of ['--json', '--verbose']) {
      const result = await withCommand(`mint ${mode}`, command);
      const { code, out, err } = result;
      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(err).toMatch(message);
      expect(err).toContain('key_command_failed');
      expect(err).not.toMatch(/Zebra|zVw5|\u001b\[2J|^::/m);
    }
  });

  it('S76 runs no program from the working directory or its project', async () => {
    const project = join(folder, 'project');
    const bin = join(project, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    for (const where of [project, bin]) write('planted', `echo ${KEY}`, where);
    const before = process.cwd();
    process.chdir(project);
    try {
      for (const entry of ['', '.', 'node_modules/.bin', bin, '../project']) {
        const PATH = `${entry}${delimiter}/usr/bin${delimiter}/bin`;
        const { code, err } = await withCommand('mint', 'planted', { env: { PATH } });
        expect({ entry, code, err }).toEqual({
          ...{ entry, code: 4, err: expect.stringContaining('vstoken runs no program from there') },
        });
      }
      const PATH = `${project}${delimiter}/usr/bin${delimiter}/bin`;
      expect((await withCommand('mint', 'planted', { env: { PATH } })).code).toBe(0);
    } finally {
      process.chdir(before);
    }
  });
});
