import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { type Secret, secret } from '../../src/core/secret';
import { run } from '../support/run';
import { configDirWith, configFile, newConfigDir, storedIn } from '../support/stored';

const SERVER = { url: 'http://127.0.0.1:9', apiKey: 'a-key' };

/** Creates a settings folder with one profile. The key of the profile is in a fake keychain. */
async function inKeychain() {
  const configDir = newConfigDir();
  const keychain = new Map<string, Secret>();
  await run('login --with-key --no-verify', { configDir, keychain, stdin: 'a-key' });
  expect(keychain.size).toBe(1);
  return { configDir, keychain };
}

describe('S16 vstoken logout', () => {
  it('removes the key in use, and switches to the next profile', async () => {
    const configDir = configDirWith(SERVER, ['first', 'second']);
    const { code, out } = await run('logout', { configDir });
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Logged out: first.\nProfile in use: second.\n',
    });
    expect(storedIn(configDir)).toMatchObject({ profile: 'second', profiles: { second: {} } });
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['second']);
  });

  it('removes the profile that an option or a variable names', async () => {
    const configDir = configDirWith(SERVER, ['first', 'second', 'third']);
    expect((await run('logout --profile second', { configDir })).out).toContain('second');
    const env = { VOCALSTACK_PROFILE: 'third' };
    expect((await run('logout --json', { configDir, env })).json()).toEqual({
      removed: ['third'],
      in_use: 'first',
      settings_removed: false,
    });
    expect(storedIn(configDir).profile).toBe('first');
  });

  it('removes all keys with --all, from the keychain too', async () => {
    const { configDir, keychain } = await inKeychain();
    await run('login --profile b --store plaintext --with-key --no-verify', {
      configDir,
      keychain,
      stdin: 'b-key',
    });
    const { json } = await run('logout --all --json', { configDir, keychain });
    expect(json()).toMatchObject({ removed: ['default', 'b'] });
    expect(keychain.size).toBe(0);
    expect(storedIn(configDir).profiles).toEqual({});
    expect(JSON.stringify(storedIn(configDir))).not.toContain('b-key');
  });

  it('does not report success if the keychain fails to remove the key', async () => {
    const { configDir, keychain } = await inKeychain();
    const stuck = new Map(keychain);
    stuck.delete = () => {
      throw new Error('stuck');
    };
    const { code, out } = await run('logout', { configDir, keychain: stuck });
    expect(code).not.toBe(0);
    expect(out).toBe('');
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['default']);
  });

  it.each(['logout', 'logout --all', 'logout --profile nobody'])(
    '%s succeeds if nothing is stored, and writes nothing',
    async (line) => {
      const configDir = newConfigDir();
      const { code, out } = await run(line, { configDir });
      expect({ code, out }).toEqual({ code: 0, out: 'Nothing to remove: no key is stored.\n' });
      expect(existsSync(configFile(configDir))).toBe(false);
    },
  );

  it('S11 removes damaged settings, which may still contain a key', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{"profiles":{"default":{"key":"a-key', { mode: 0o600 });
    writeFileSync(`${configFile(configDir)}.tmp-1234567890abcdef`, 'a-key');
    writeFileSync(`${configFile(configDir)}.bak`, 'of a person');
    const { code, json, err } = await run('logout --all --json', {
      configDir,
      env: { VOCALSTACK_PROFILE: 'no name!' },
    });
    expect(code).toBe(0);
    expect(json()).toEqual({ removed: [], in_use: null, settings_removed: true });
    expect(err).toContain('keychain');
    expect(readdirSync(configDir)).toEqual(['config.json.bak']);
  });

  it('rejects --all with --profile', async () => {
    expect((await run('logout --all --profile a')).code).toBe(2);
  });

  it.each([
    [
      '{"version":1,"profiles":{"default":{"key":"a-key',
      'logout --profile default',
      'config_corrupt',
    ],
    ['{"version":1,"profiles":{"default":{"key":"a-key', 'logout', 'config_corrupt'],
    ['{"version":3,"profiles":{}}', 'logout --all', 'config_newer'],
    ['{"version":3,"profiles":{}}', 'logout', 'config_newer'],
  ])(
    'does not change unreadable settings (%s) when it runs as: %s',
    async (text, line, expected) => {
      const configDir = newConfigDir();
      writeFileSync(configFile(configDir), text, { mode: 0o600 });
      const { code, err } = await run(line, { configDir });
      expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(expected) });
      expect(readFileSync(configFile(configDir), 'utf8')).toBe(text);
    },
  );

  it('removes what a killed login has left', async () => {
    const configDir = newConfigDir();
    writeFileSync(`${configFile(configDir)}.tmp-1234567890abcdef`, 'a-key');
    expect((await run('logout', { configDir })).code).toBe(0);
    expect(readdirSync(configDir)).toEqual([]);
  });

  it('rejects an unknown profile if other profiles are stored', async () => {
    const configDir = configDirWith(SERVER, ['staging']);
    const { code, err } = await run('logout --profile stagin', { configDir });
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringContaining('Did you mean staging?'),
    });
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['staging']);
  });

  it('succeeds even if the record of the last use cannot be removed', async () => {
    const configDir = configDirWith(SERVER);
    mkdirSync(join(configDir, 'used', 'default', 'folder'), { recursive: true });
    expect((await run('logout', { configDir })).code).toBe(0);
  });

  it('continues after a key that cannot be removed, and lists the remaining ones', async () => {
    const { configDir, keychain } = await inKeychain();
    const login = 'login --profile z --store plaintext --with-key --no-verify';
    await run(login, { configDir, keychain, stdin: 'z-key' });
    const stuck = new Map(keychain);
    stuck.delete = () => {
      throw new CliError('keychain_locked', 'The keychain is locked.');
    };
    const { code, out, error } = await run('logout --all --json', { configDir, keychain: stuck });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(error()).toMatchObject({
      code: 'keychain_locked',
      message: expect.stringMatching(/Still stored: default\. Removed: z\./),
    });
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['default']);
  });

  it('removes no key if the settings cannot be written', async () => {
    const { configDir, keychain } = await inKeychain();
    mkdirSync(`${configFile(configDir)}.lock`);
    const { code } = await run('logout --timeout 300ms', { configDir, keychain });
    expect(code).not.toBe(0);
    expect(keychain.size).toBe(1);
  });

  it('keeps the key of a login that replaced the removed profile meanwhile', async () => {
    const { configDir, keychain } = await inKeychain();
    const racing = new Map(keychain);
    const write = (text: string) => writeFileSync(configFile(configDir), text, { mode: 0o600 });
    racing.delete = (account) => {
      const config = storedIn(configDir);
      config.profiles.default.account = 'another';
      write(JSON.stringify(config));
      return Map.prototype.delete.call(racing, account);
    };
    await run('logout', { configDir, keychain: racing });
    expect(storedIn(configDir).profiles.default.account).toBe('another');
  });

  it('removes the keychain entries of a killed login, but not those of a running one', async () => {
    const { configDir, keychain } = await inKeychain();
    const config = storedIn(configDir);
    config.leftovers = { 'of-nobody': 2 ** 23, 'at-work': 1 };
    writeFileSync(configFile(configDir), JSON.stringify(config), { mode: 0o600 });
    for (const account of ['of-nobody', 'at-work']) keychain.set(account, secret('a-key'));
    expect((await run('logout', { configDir, keychain })).code).toBe(0);
    expect([...keychain.keys()]).toEqual(['at-work']);
    expect(storedIn(configDir).leftovers).toEqual({ 'at-work': 1 });
  });

  it('notes that a variable still holds a key', async () => {
    const configDir = configDirWith(SERVER);
    const { err } = await run('logout', { configDir, env: { VOCALSTACK_API_KEY: 'x' } });
    expect(err).toContain('VOCALSTACK_API_KEY is still set');
  });
});
