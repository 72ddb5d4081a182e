import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import type { Secret } from '../../src/core/secret';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type RunOptions, run } from '../support/run';
import { configDirWith, configFile, newConfigDir, storedIn } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Logs in to the sandbox with its key on standard input. */
function logIn(line: string, options: RunOptions = {}) {
  return run(`login ${line}`, {
    stdin: `${sandbox.apiKey}\n`,
    ...options,
    env: { VOCALSTACK_API_SERVER: sandbox.url, ...options.env },
  });
}

describe('vstoken login', () => {
  it('S3 stores in plain text only on request, with a warning, readable by the owner only', async () => {
    const configDir = join(newConfigDir(), 'new');
    const { code, out, err } = await logIn('--with-key --store plaintext', { configDir });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('profile default') });
    expect(err).toContain('plain text');
    expect(statSync(configDir).mode & 0o777).toBe(0o700);
    expect(statSync(configFile(configDir)).mode & 0o777).toBe(0o600);
    expect(storedIn(configDir).profiles.default).toMatchObject({
      store: 'plaintext',
      origin: sandbox.url,
      key: sandbox.apiKey,
    });
    expect((await run('mint', { configDir })).code).toBe(0);
    const status = await run('status', { configDir });
    expect(status.out).toContain('plaintext');
    expect(status.out + out + err).not.toContain(sandbox.apiKey);
  });

  it('S1 uses the keychain by default, if there is one, and stores nothing elsewhere', async () => {
    const configDir = newConfigDir();
    const keychain = new Map<string, Secret>();
    const { json } = await logIn('--with-key --json', { configDir, keychain });
    expect(json()).toEqual({
      profile: 'default',
      store: 'keychain',
      api_server: sandbox.url,
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      verified: true,
      replaced: false,
      in_use: true,
    });
    expect([...keychain.values()].map((key) => key.reveal())).toEqual([sandbox.apiKey]);
    expect(readFileSync(configFile(configDir), 'utf8')).not.toContain(sandbox.apiKey);
    expect((await run('mint', { configDir, keychain })).code).toBe(0);
  });

  it('S2 stores nothing without a keychain and a terminal, and names the choices', async () => {
    const configDir = newConfigDir();
    const { code, out, error } = await logIn('--with-key --json', { configDir });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(error().code).toBe('no_key_store');
    for (const choice of ['--store passphrase', '--store plaintext', 'VOCALSTACK_API_KEY']) {
      expect(error().hint).toContain(choice);
    }
    expect(() => storedIn(configDir)).toThrow('ENOENT');
  });

  it('offers the other stores in a terminal, and hides the key', async () => {
    const configDir = newConfigDir();
    const { code, out, err } = await run('login', {
      configDir,
      env: { VOCALSTACK_API_SERVER: sandbox.url },
      terminal: 'all',
      answers: ['passphrase', sandbox.apiKey, 'a long passphrase', 'another', 'a long passphrase'],
    });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('no keychain') });
    expect(out).toContain('encrypted with your passphrase');
    const answers = ['a long passphrase'];
    const minted = await run('mint', { configDir, terminal: 'all', answers });
    expect(minted.code).toBe(0);
  });

  it.each([
    ['quotes', (key: string) => `"${key}"`],
    ['a scheme', (key: string) => `Bearer ${key}`],
    ['a header', (key: string) => `Authorization: ${key}`],
    ['an assignment', (key: string) => `export VOCALSTACK_API_KEY='${key}'`],
    ['white space', (key: string) => `\n\t ${key} \r\n`],
  ])('accepts a key with %s around it', async (_what, wrap) => {
    const configDir = newConfigDir();
    const { code } = await logIn('--with-key --store plaintext', {
      configDir,
      stdin: wrap(sandbox.apiKey),
    });
    expect(code).toBe(0);
    expect(storedIn(configDir).profiles.default.key).toBe(sandbox.apiKey);
  });

  it.each([
    ['', 4, 'key_empty'],
    ['two words', 4, 'key_malformed'],
    ['CANARY\u0000', 4, 'key_malformed'],
    ['CANARY-unknown', 4, 'key_refused'],
  ])('S20 rejects and does not store %j', async (stdin, exit, expected) => {
    const configDir = newConfigDir();
    const before = sandbox.stats().requests;
    const { code, error, err } = await logIn('--with-key --store plaintext --json', {
      configDir,
      stdin,
    });
    expect({ code, error: error().code }).toEqual({ code: exit, error: expected });
    expect(err).not.toContain('CANARY');
    expect(sandbox.stats().requests - before).toBe(expected === 'key_refused' ? 1 : 0);
    expect(() => storedIn(configDir)).toThrow('ENOENT');
  });

  it('stores nothing if the service is unreachable, except with --no-verify', async () => {
    const configDir = newConfigDir();
    const env = { VOCALSTACK_API_SERVER: 'http://127.0.0.1:9' };
    const line = '--with-key --store plaintext';
    const { code, error } = await logIn(`${line} --json`, { configDir, env });
    expect({ code, error: error().code }).toEqual({ code: 6, error: 'connection_refused' });
    expect(() => storedIn(configDir)).toThrow('ENOENT');
    const anyway = await logIn(`${line} --no-verify --json`, { configDir, env });
    expect(anyway.json()).toMatchObject({ verified: false, api_server: 'http://127.0.0.1:9' });
  });

  it('verifies the key with the smallest possible token', async () => {
    const before = sandbox.stats();
    await logIn('--with-key --store plaintext', { configDir: newConfigDir() });
    const { mints, starts } = sandbox.stats();
    expect({ mints: mints - before.mints, starts }).toEqual({ mints: 1, starts: before.starts });
    const { err } = await logIn('--with-key --store plaintext -v', { configDir: newConfigDir() });
    expect(err).toMatch(/generate-token.*access=readonly.*lifetime_s=1.*one_time=true/);
  });

  it('S25 asks nothing without a terminal, and reads no key from a terminal with --with-key', async () => {
    const configDir = newConfigDir();
    const noTerminal = await logIn('--json', { configDir });
    expect(noTerminal.code).toBe(2);
    expect(noTerminal.error()).toMatchObject({
      code: 'prompt_impossible',
      hint: expect.stringContaining('--with-key'),
    });
    for (const CI of ['false', '0', '']) {
      const asked = await run('login --json', { configDir, terminal: 'all', env: { CI } });
      expect(asked.error().code).not.toBe('prompt_impossible');
    }
    const inCi = await run('login --json', { configDir, terminal: 'all', env: { CI: '1' } });
    expect(inCi.error().code).toBe('prompt_impossible');
    const terminal = await run('login --with-key --json', { configDir, terminal: 'all' });
    expect(terminal.error()).toMatchObject({
      code: 'stdin_is_terminal',
      hint: expect.stringContaining('vstoken login --with-key <'),
    });
  });

  it('replaces the key of a profile in the same store, and leaves no old key', async () => {
    const configDir = newConfigDir();
    const keychain = new Map<string, Secret>();
    await logIn('--with-key', { configDir, keychain });
    const { json } = await logIn('--with-key --json', { configDir, keychain });
    expect(json()).toMatchObject({ replaced: true, store: 'keychain' });
    expect(keychain.size).toBe(1);
    await logIn('--with-key --store plaintext', { configDir, keychain });
    expect(keychain.size).toBe(0);
  });

  it('never uses another store than that of the profile', async () => {
    const configDir = newConfigDir();
    const keychain = new Map<string, Secret>();
    await logIn('--with-key', { configDir, keychain });
    const { code, error } = await logIn('--with-key --json', { configDir });
    expect({ code, error: error().code }).toEqual({ code: 3, error: 'keychain_absent' });
    expect((await run('mint', { configDir, keychain })).code).toBe(0);
  });

  it('S12 keeps the old key usable if the settings cannot be written', async () => {
    const configDir = configDirWith(sandbox);
    const before = readFileSync(configFile(configDir), 'utf8');
    const keychain = new Map<string, Secret>();
    // When the login has stored the key in the keychain, this function locks the settings, as another process could. The lock is
    // never removed, so the login cannot write the settings.
    let kept: string | undefined;
    keychain.set = (account, key) => {
      kept = account;
      writeFileSync(`${configFile(configDir)}.lock`, String(process.pid));
      return Map.prototype.set.call(keychain, account, key);
    };
    const controller = new AbortController();
    const running = logIn('--with-key --store keychain --json', {
      configDir,
      keychain,
      signal: controller.signal,
    });
    while (keychain.size === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    expect((await running).code).toBe(130);
    expect(keychain.size).toBe(0);
    const leftovers = { [String(kept)]: process.pid };
    expect(storedIn(configDir)).toEqual({ ...JSON.parse(before), leftovers });
    expect((await run('mint', { configDir })).code).toBe(0);
  });

  it('S10 does not write through a link, nor into a folder that others can write to', async () => {
    const elsewhere = join(newConfigDir(), 'elsewhere.json');
    writeFileSync(elsewhere, '{}', { mode: 0o600 });
    const linked = newConfigDir();
    symlinkSync(elsewhere, configFile(linked));
    const open = newConfigDir();
    chmodSync(open, 0o777);
    for (const configDir of [linked, open]) {
      const { code, error } = await logIn('--with-key --store plaintext --json', { configDir });
      expect({ code, error: error().code }).toEqual({ code: 3, error: 'config_unsafe' });
    }
    expect(readFileSync(elsewhere, 'utf8')).toBe('{}');
  });

  it('S11 does not change damaged settings', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{"version":1,"CANARY', { mode: 0o600 });
    const { code, error, err } = await logIn('--with-key --store plaintext --json', { configDir });
    expect({ code, error: error().code }).toEqual({ code: 3, error: 'config_corrupt' });
    expect(error().message).toContain(configFile(configDir));
    expect(err).not.toContain('CANARY');
    expect(readFileSync(configFile(configDir), 'utf8')).toBe('{"version":1,"CANARY');
  });

  it('notes that a variable is used instead of the stored key', async () => {
    const { err } = await logIn('--with-key --store plaintext', {
      configDir: newConfigDir(),
      env: { VOCALSTACK_API_KEY: 'another' },
    });
    expect(err).toContain('VOCALSTACK_API_KEY is set, so the key of this variable is used instead');
  });

  it.each([
    'login --sandbox',
    'logout --sandbox',
    'config list --sandbox',
    'profile list --sandbox',
  ])('has no --sandbox, like other commands with settings: %s exits 2', async (line) => {
    expect((await run(line, { configDir: newConfigDir() })).code).toBe(2);
  });
});

describe('S23 login has no option for a key', () => {
  it.each([
    'login CANARY',
    'login --key=CANARY',
    'login --with-key=CANARY',
    'login --profile=CANARY!',
    'login --store CANARY',
  ])('so it rejects: %s', async (line) => {
    const { code, out, err } = await run(line, { configDir: newConfigDir() });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toContain('CANARY');
  });
});

describe('vstoken login and a passphrase in a file', () => {
  const from = (bytes: string | Uint8Array) => ({
    configDir: newConfigDir(),
    files: { '/phrase': bytes },
    env: { VOCALSTACK_PASSPHRASE_FILE: '/phrase' },
  });

  it.each([
    ['bytes that are not text', Uint8Array.of(255, 254, 255, 254, 255, 254, 255, 254, 255)],
    ['more than 4096 bytes', 'x'.repeat(4097)],
    ['nothing', '\n'],
  ])('rejects %s', async (_what, bytes) => {
    const { code, error } = await logIn('--with-key --store passphrase --json', from(bytes));
    expect({ code, error: error().code }).toEqual({ code: 3, error: 'passphrase_unreadable' });
  });

  it('accepts 4096 bytes', async () => {
    const { code } = await logIn('--with-key --store passphrase', from('x'.repeat(4096)));
    expect(code).toBe(0);
  });
});

describe('vstoken login, its store and its errors', () => {
  it('prefers the setting to the store of the previous login', async () => {
    const configDir = configDirWith(sandbox, ['default'], { store: 'passphrase' });
    const env = { VOCALSTACK_PASSPHRASE: 'a long passphrase' };
    const { json } = await logIn('--with-key --json', { configDir, env });
    expect(json()).toMatchObject({ store: 'passphrase', replaced: true });
  });

  it('says that nothing was stored and what to do, without a network', async () => {
    const { error } = await logIn('--with-key --store plaintext --json', {
      configDir: newConfigDir(),
      env: { VOCALSTACK_API_SERVER: 'http://127.0.0.1:9' },
    });
    expect(error().hint).toMatch(/Nothing was stored.*--no-verify/);
  });

  it('leaves no temporary data in the settings', async () => {
    const configDir = newConfigDir();
    const keychain = new Map<string, Secret>();
    for (let round = 0; round < 2; round += 1) await logIn('--with-key', { configDir, keychain });
    expect(storedIn(configDir).leftovers).toEqual({});
  });
});

describe('vstoken login, the order of its steps', () => {
  it('checks the folder before the key is sent', async () => {
    const configDir = newConfigDir();
    chmodSync(configDir, 0o777);
    const before = sandbox.stats().requests;
    const { error } = await logIn('--with-key --store plaintext --json', {
      configDir,
      stdin: 'wrong',
    });
    expect(error().code).toBe('config_unsafe');
    expect(sandbox.stats().requests).toBe(before);
  });

  it.each([
    [{ VOCALSTACK_PASSPHRASE: 'short' }, 2, 'invalid_value'],
    [{ VOCALSTACK_PASSPHRASE_FILE: '/nowhere' }, 3, 'passphrase_unreadable'],
  ])('checks the passphrase before the key is sent: %j', async (env, exit, expected) => {
    const before = sandbox.stats().requests;
    const line = '--with-key --store passphrase --json';
    const { code, error } = await logIn(line, { configDir: newConfigDir(), env });
    expect({ code, error: error().code }).toEqual({ code: exit, error: expected });
    expect(sandbox.stats().requests).toBe(before);
  });

  it('S3 warns about plain text with --quiet, too', async () => {
    const { err } = await logIn('--with-key --store plaintext -q', { configDir: newConfigDir() });
    expect(err).toContain('warning: The key is stored in plain text');
  });

  it('warns about plain text only if the key is written', async () => {
    const line = '--with-key --store plaintext';
    const refused = await logIn(line, { configDir: newConfigDir(), stdin: 'another-key' });
    expect(refused.code).toBe(4);
    expect(refused.err).not.toContain('plain text');
  });

  it('says if a key was replaced', async () => {
    const configDir = newConfigDir();
    const line = '--with-key --store plaintext';
    expect((await logIn(line, { configDir })).out).not.toContain('replaced');
    expect((await logIn(line, { configDir })).out).toContain(
      'The previous key of the profile was replaced.',
    );
  });
});
