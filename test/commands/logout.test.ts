import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Secret } from '../../src/core/secret';
import { run } from '../support/run';
import { configDirWith, configFile, newConfigDir, storedIn } from '../support/stored';

const SERVER = { url: 'http://127.0.0.1:9', apiKey: 'a-key' };

/** A folder whose one profile is kept in a keychain. */
async function inKeychain() {
  const configDir = newConfigDir();
  const keychain = new Map<string, Secret>();
  await run('login --with-key --no-verify', { configDir, keychain, stdin: 'a-key' });
  expect(keychain.size).toBe(1);
  return { configDir, keychain };
}

describe('S16 vstoken logout', () => {
  it('removes the key in use, and makes the next one count', async () => {
    const configDir = configDirWith(SERVER, ['first', 'second']);
    const { code, out } = await run('logout', { configDir });
    expect({ code, out }).toEqual({ code: 0, out: 'Logged out: first.\n' });
    expect(storedIn(configDir)).toMatchObject({ profile: 'second', profiles: { second: {} } });
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['second']);
  });

  it('removes the one that is named, by option or variable', async () => {
    const configDir = configDirWith(SERVER, ['first', 'second', 'third']);
    expect((await run('logout --profile second', { configDir })).out).toContain('second');
    const env = { VOCALSTACK_PROFILE: 'third' };
    expect((await run('logout --json', { configDir, env })).json()).toEqual({
      removed: ['third'],
      settings_removed: false,
    });
    expect(storedIn(configDir).profile).toBe('first');
  });

  it('removes all of them, from the keychain too', async () => {
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

  it('says nothing of success when the keychain does not let the key go', async () => {
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
    '%s is no error when nothing is stored, and writes nothing',
    async (line) => {
      const configDir = newConfigDir();
      const { code, out } = await run(line, { configDir });
      expect({ code, out }).toEqual({ code: 0, out: 'There was no key to remove.\n' });
      expect(existsSync(configFile(configDir))).toBe(false);
    },
  );

  it('S11 is not stopped by damaged settings, which may still hold a key', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{"profiles":{"default":{"key":"a-key', { mode: 0o600 });
    writeFileSync(`${configFile(configDir)}.tmp-1234567890abcdef`, 'a-key');
    const { code, json, err } = await run('logout --json', { configDir });
    expect(code).toBe(0);
    expect(json()).toEqual({ removed: [], settings_removed: true });
    expect(err).toContain('keychain');
    expect(readdirSync(configDir)).toEqual([]);
  });

  it('refuses --all beside --profile', async () => {
    expect((await run('logout --all --profile a')).code).toBe(2);
  });

  it.each([
    [
      '{"version":1,"profiles":{"default":{"key":"a-key',
      'logout --profile default',
      'config_corrupt',
    ],
    ['{"version":2,"profiles":{}}', 'logout --all', 'config_newer'],
    ['{"version":2,"profiles":{}}', 'logout', 'config_newer'],
  ])('leaves %s as it is at %s', async (text, line, expected) => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), text, { mode: 0o600 });
    const { code, err } = await run(line, { configDir });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(expected) });
    expect(readFileSync(configFile(configDir), 'utf8')).toBe(text);
  });

  it('removes what a killed login left behind', async () => {
    const configDir = newConfigDir();
    writeFileSync(`${configFile(configDir)}.tmp-1234567890abcdef`, 'a-key');
    expect((await run('logout', { configDir })).code).toBe(0);
    expect(readdirSync(configDir)).toEqual([]);
  });

  it('takes a name that is not stored for a mistake, beside others that are', async () => {
    const configDir = configDirWith(SERVER, ['staging']);
    const { code, err } = await run('logout --profile stagin', { configDir });
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringContaining('Did you mean staging?'),
    });
    expect(Object.keys(storedIn(configDir).profiles)).toEqual(['staging']);
  });

  it('is not stopped by a note of its use that it cannot remove', async () => {
    const configDir = configDirWith(SERVER);
    mkdirSync(join(configDir, 'used', 'default', 'folder'), { recursive: true });
    expect((await run('logout', { configDir })).code).toBe(0);
  });
});
