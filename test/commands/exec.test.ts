// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFor } from '../../src/commands/exec/environment';
import type { Environment } from '../../src/core/environment';
import { CliError } from '../../src/core/errors';
import type { Minted } from '../../src/credentials/mint-one';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { fakeClock } from '../../src/system/clock';
import { envFor, type RunOptions, run } from '../support/run';
import { configDirWith, newConfigDir } from '../support/stored';

const SHOW = `process.stdout.write(JSON.stringify({ env: process.env, args: process.argv.slice(1) }))`;
/** A command that prints its environment and its arguments as JSON. */
const show = [process.execPath, '-e', SHOW, '--'];

let sandbox: RunningSandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-exec-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/** Runs `exec` with the command `show`, and returns what `show` printed. */
async function seen(
  options: readonly string[],
  more: RunOptions = {},
  args: readonly string[] = [],
): Promise<Seen> {
  const line = ['exec', ...options, '--', ...show, ...args];
  const { code, out, err } = await run(line, { env: envFor(sandbox), ...more });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

const TOKEN = expect.stringMatching(/^[\w-]{43}$/);

describe('the environment of the command', () => {
  const withOurs = (env: Environment) => ({ env: { ...envFor(sandbox), ...env } });

  it('has the token, its access and expiry, and the API server', async () => {
    const { env } = await seen([], {
      ...withOurs({ HOME: '/home/me', EMPTY: '' }),
      clock: fakeClock(),
    });
    expect(env).toEqual({
      HOME: '/home/me',
      EMPTY: '',
      VOCALSTACK_API_SERVER: sandbox.url,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      VOCALSTACK_AUTH_TOKEN_ACCESS: 'readonly',
      VOCALSTACK_AUTH_TOKEN_EXPIRES_AT: '2026-11-24T10:00:10.000Z',
    });
  });

  it('S26 has no key, no passphrase and no older token', async () => {
    const { env } = await seen(
      [],
      withOurs({
        VOCALSTACK_API_KEY_FILE: '/run/secrets/key',
        VOCALSTACK_PASSPHRASE: 'a long passphrase',
        VOCALSTACK_PASSPHRASE_FILE: '/run/secrets/passphrase',
        vocalstack_api_key: sandbox.apiKey,
        VOCALSTACK_AUTH_TOKEN: 'stale',
        VOCALSTACK_AUTH_TOKEN_FILE: '/stale',
        VOCALSTACK_PROFILE: 'staging',
      }),
    );
    expect(env).toEqual({
      VOCALSTACK_API_SERVER: sandbox.url,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      VOCALSTACK_AUTH_TOKEN_ACCESS: 'readonly',
      VOCALSTACK_AUTH_TOKEN_EXPIRES_AT: expect.any(String),
      VOCALSTACK_PROFILE: 'staging',
    });
  });

  it('has its variables named after --name, and no others', async () => {
    const stale = { VOCALSTACK_AUTH_TOKEN: 'stale', Token: 'mine', TOKEN_FILE: '/stale' };
    const { env } = await seen(['--name', 'TOKEN'], withOurs(stale));
    expect(env).toEqual({
      Token: 'mine',
      VOCALSTACK_API_SERVER: sandbox.url,
      TOKEN,
      TOKEN_ACCESS: 'readonly',
      TOKEN_EXPIRES_AT: expect.any(String),
    });
    expect((await run(['exec', '--name', '1', '--', 'true'], withOurs({}))).code).toBe(2);
  });

  it.each(['PATH', 'Path', 'VOCALSTACK_API_KEY', 'VOCALSTACK_API_SERVER', 'NODE_OPTIONS'])(
    'has no token in %s, because that variable has another purpose',
    async (name) => {
      const before = sandbox.stats().mints;
      const line = ['exec', '--json', '--name', name, '--', 'true'];
      const { code, error } = await run(line, { env: envFor(sandbox) });
      expect({ code, error: error().code }).toEqual({ code: 2, error: 'invalid_value' });
      expect(sandbox.stats().mints).toBe(before);
    },
  );

  it('has the path of a temporary file with --file', async () => {
    const { env } = await seen(['--file', '--name', 'TOKEN'], withOurs({ TOKEN: 'stale' }));
    expect(env).toEqual({
      VOCALSTACK_API_SERVER: sandbox.url,
      TOKEN_FILE: expect.stringMatching(/^\/.*\/token$/),
      TOKEN_ACCESS: 'readonly',
      TOKEN_EXPIRES_AT: expect.any(String),
    });
    expect(existsSync(join(env['TOKEN_FILE'] ?? '', '..'))).toBe(false);
  });

  it('names the server of the stored key, or of --sandbox', async () => {
    const stored = await seen([], { env: {}, configDir: configDirWith(sandbox) });
    expect(stored.env['VOCALSTACK_API_SERVER']).toBe(sandbox.url);
    const own = await seen(['--sandbox']);
    expect(own.env['VOCALSTACK_API_SERVER']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(own.env['VOCALSTACK_API_SERVER']).not.toBe(sandbox.url);
    expect(JSON.stringify(own.env)).not.toContain(sandbox.apiKey);
  });
});

describe('VOCALSTACK_API_SERVER of the command', () => {
  const usual = 'https://api.vocalstack.com';
  const other = 'https://other.example';
  const minted = (api_server: string): Minted => ({
    token: 'token',
    access: 'readonly',
    lifetime_s: 10,
    one_time: true,
    issued_at: '',
    expires_at: '',
    api_server,
    profile: null,
    sandbox: false,
  });
  it.each([
    ['is not set to the default server', usual, {}, false, undefined],
    ['is set to the default server if the command line names it', usual, {}, true, usual],
    [
      'is set to the default server if it was set to that server before',
      usual,
      { VOCALSTACK_API_SERVER: `${usual}/` },
      false,
      usual,
    ],
    [
      'is set to the default server if it was set to another server before',
      usual,
      { VOCALSTACK_API_SERVER: other },
      true,
      usual,
    ],
    ['is set to any server that is not the default', other, {}, false, other],
  ])('%s', (_, server, env, isServerNamed, expected) => {
    const handover = { name: 'TOKEN', isInFile: false, isRefreshed: false, isServerNamed };
    const { VOCALSTACK_API_SERVER: set } = environmentFor(env, minted(server), handover);
    expect(set).toBe(expected);
  });
});

describe('the token of exec', () => {
  const asked = async (options: readonly string[], more: RunOptions = {}) => {
    const line = ['exec', '-v', ...options, '--', ...show];
    const { out, err } = await run(line, { env: envFor(sandbox), ...more });
    return [/access=\S+ \S+ \S+/.exec(err)?.[0], JSON.parse(out).env.VOCALSTACK_AUTH_TOKEN_ACCESS];
  };

  it('is minted with the options, else the settings, else the most restrictive defaults', async () => {
    const settings = { access: 'readwrite', lifetime: 60, one_time: false };
    const configDir = configDirWith(sandbox, ['default'], settings);
    expect(await asked([])).toEqual(['access=readonly lifetime_s=10 one_time=true', 'readonly']);
    const options = ['--access=readwrite', '--lifetime', '2m', '--no-one-time'];
    const widest = 'access=readwrite lifetime_s=120 one_time=false';
    expect(await asked(options)).toEqual([widest, 'readwrite']);
    const stored = { env: {}, configDir };
    const set = 'access=readwrite lifetime_s=60 one_time=false';
    expect(await asked([], stored)).toEqual([set, 'readwrite']);
    const less = 'access=readonly lifetime_s=60 one_time=true';
    expect(await asked(['--access', 'readonly', '--one-time'], stored)).toEqual([less, 'readonly']);
  });

  it('is in the ledger before the command runs', async () => {
    const configDir = newConfigDir();
    const line = ['exec', '--', 'cat', join(configDir, 'ledger.jsonl')];
    const { code, out } = await run(line, { env: envFor(sandbox), configDir });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ event: 'minted', command: 'exec' });
  });

  it('is not printed, even in a terminal', async () => {
    const { code, out, err } = await run(['exec', '--sandbox', '--', 'echo', 'hi'], {
      terminal: 'all',
    });
    expect({ code, out, err }).toEqual({ code: 0, out: 'hi\n', err: '' });
  });

  it('has a deadline, but the command has none', async () => {
    const [ready, go] = [join(folder, 'ready'), join(folder, 'go')];
    expect(spawnSync('mkfifo', [ready, go]).status).toBe(0);
    const clock = fakeClock();
    const script = `echo > '${ready}'; cat '${go}'`;
    const line = ['exec', '--timeout', '5s', '--', 'sh', '-c', script];
    const running = run(line, { env: { ...envFor(sandbox), PATH: process.env['PATH'] }, clock });
    await readFile(ready);
    expect(clock.waiting()).toEqual([]);
    await clock.advance(3_600_000);
    await writeFile(go, 'an hour later');
    expect(await running).toMatchObject({ code: 0, out: 'an hour later', err: '' });
  });

  it.each([
    ['no key', {}, 4, 'no_key'],
    ['a key that is refused', { VOCALSTACK_API_KEY: 'another' }, 4, 'key_refused'],
    ['no server', { VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' }, 6, 'connection_refused'],
  ])('is required: without it (%s), the command does not run', async (_, env, exit, code) => {
    const path = join(folder, code);
    const base = code === 'no_key' ? {} : envFor(sandbox);
    const line = ['exec', '--json', '--file', '--', 'touch', path];
    const result = await run(line, { env: { ...base, ...env } });
    expect(result).toMatchObject({ code: exit, out: '' });
    expect(result.error()).toMatchObject({ code, exit });
    expect(existsSync(path)).toBe(false);
  });
});

describe('the command after --', () => {
  it('is passed on unchanged', async () => {
    const args = ['a b', '', '*', '$HOME', '"', "'", '\\', 'new\nline', '--', '--json', '-q', 'é'];
    expect((await seen([], {}, args)).args).toEqual(args);
    const ours = ['--one-time', 'false', '--help', '--version', '-o', 'json', '--name=x'];
    expect((await seen(['--quiet'], {}, ours)).args).toEqual(ours);
  });

  it.each(['--json', '-v', '--help', 'exec', '--'])('can be a command named %s', async (name) => {
    const path = join(folder, name);
    writeFileSync(path, '#!/bin/sh\necho "$0"\n', { mode: 0o755 });
    const env = { ...envFor(sandbox), PATH: folder };
    expect(await run(['exec', '--', name], { env })).toMatchObject({ code: 0, out: `${path}\n` });
  });

  it('can follow global options before and after exec', async () => {
    for (const line of ['--sandbox exec -- echo hi', '-q exec --sandbox --timeout=5s -- echo hi'])
      expect(await run(line)).toMatchObject({ code: 0, out: 'hi\n', err: '' });
  });

  it.each([
    ['exec', 'Put -- before the command.'],
    ['exec --', 'The command after -- is missing.'],
    ['exec CANARY', 'Put -- before the command.'],
    ['exec CANARY --CANARY -la', 'Put -- before the command.'],
    ['exec --one-time CANARY', 'Put -- before the command.'],
    ['exec --access readonly --', 'The command after -- is missing.'],
    ['exec CANARY -- true', 'Too many arguments: exec takes'],
    ['exec --CANARY -- true', 'Unknown option'],
    ['exec --name -- true', 'The value of --name'],
    ['exec --one-time false -- true', 'takes no value'],
    ['-- exec true', 'before --'],
  ])('is required once, and separate: vstoken %s', async (line, message) => {
    for (const more of ['', '--json ']) {
      const result = await run(line.startsWith('--') ? line : more + line);
      expect(result).toMatchObject({ code: 2, out: '' });
      expect(result.err).toContain(message);
      expect(result.err).not.toContain('CANARY');
    }
    const { hint } = (await run(`--json ${line}`)).error();
    if (/There is no --|nothing after/.test(message))
      expect(hint).toBe('vstoken exec [options] -- COMMAND');
  });
});

describe('the exit code of exec', () => {
  it.each([0, 1, 2, 7, 126, 127, 130, 255])('is that of the command: %i', async (exit) => {
    const line = ['exec', '--sandbox', '--json', '--', 'sh', '-c', `exit ${exit}`];
    expect(await run(line)).toMatchObject({ code: exit, out: '', err: '' });
  });

  it.each([
    ['HUP', 129],
    ['KILL', 137],
    ['SEGV', 139],
    ['TERM', 143],
  ])('is that of shells if SIG%s ended the command', async (signal, exit) => {
    const line = ['exec', '--sandbox', '--', 'sh', '-c', `ulimit -c 0; kill -${signal} $$`];
    expect(await run(line)).toMatchObject({ code: exit, err: '' });
  });

  it.each([
    ['a name that is not on PATH', 'no-such-CANARY', 127, 'command_not_found'],
    ['an empty name', '', 127, 'command_not_found'],
    ['a path that does not exist', './no/such/CANARY', 127, 'command_not_found'],
    ['a folder', '/', 126, 'command_not_executable'],
    ['a file without execute permission', import.meta.filename, 126, 'command_not_executable'],
    ['a path through a file', `${import.meta.filename}/x`, 126, 'command_not_executable'],
  ])(
    'is 127 for a missing command, and 126 for one that cannot be executed: %s',
    async (_, command, exit, code) => {
      for (const option of ['--one-time', '--file']) {
        const result = await run(['exec', '--sandbox', '--json', option, '--', command]);
        expect(result).toMatchObject({ code: exit, out: '' });
        expect(result.error()).toMatchObject({ code, exit });
        expect(result.err).not.toContain('CANARY');
      }
    },
  );

  it('is that of command_not_executable if the arguments are too long', async () => {
    const line = ['exec', '--sandbox', '--json', '--', 'true', 'x'.repeat(4_000_000)];
    expect((await run(line)).error().code).toBe('command_not_executable');
  });

  it('is that of vstoken if a signal arrives before the command starts', async () => {
    const signal = AbortSignal.abort(new CliError('terminated', 'Terminated.'));
    const path = join(folder, 'never');
    const line = ['exec', '--', 'touch', path];
    expect((await run(line, { env: envFor(sandbox), signal })).code).toBe(143);
    expect(existsSync(path)).toBe(false);
  });
});
