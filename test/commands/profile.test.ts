import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Secret } from '../../src/core/secret';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { configDirEncrypted } from '../support/encrypted-profile';
import { run } from '../support/run';
import { configDirWith, newConfigDir, storedIn } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('vstoken profile', () => {
  it('lists the profiles with headers, without their keys', async () => {
    const configDir = configDirWith(sandbox, ['default', 'staging']);
    const { out, err } = await run('profile list', { configDir });
    expect(out).toMatch(
      /^ {3}PROFILE {2}STORE {6}FINGERPRINT {3}API SERVER\n\* {2}default {2}plaintext {2}[0-9a-f]{12} {2}http.*\n {3}staging {2}/,
    );
    const one = await run('profile list', { configDir: configDirWith(sandbox) });
    expect(one.out).toMatch(/^\* {2}default {2}plaintext /);
    expect(out + err).not.toContain(sandbox.apiKey);
    const { json } = await run('profile list --json', { configDir });
    expect(json<{ profiles: unknown[] }>().profiles[1]).toEqual({
      profile: 'staging',
      in_use: false,
      store: 'plaintext',
      api_server: sandbox.url,
      fingerprint: expect.any(String),
      created_at: '2026-11-01T00:00:00.000Z',
      last_used_at: null,
    });
    expect((await run('profile list', { configDir: newConfigDir() })).out).toContain(
      'vstoken login',
    );
  });

  it('switches to another profile', async () => {
    const configDir = configDirWith(sandbox, ['default', 'staging']);
    expect((await run('profile use staging', { configDir })).code).toBe(0);
    expect((await run('mint --json', { configDir })).json()).toMatchObject({ profile: 'staging' });
  });

  it('renames a profile, and keeps its key', async () => {
    const configDir = configDirWith(sandbox, ['default', 'staging']);
    const { json } = await run('profile rename default main --json', { configDir });
    expect(json()).toEqual({ renamed: 'default', to: 'main' });
    expect(storedIn(configDir).profile).toBe('main');
    expect((await run('mint --json', { configDir })).json()).toMatchObject({ profile: 'main' });
  });

  it('keeps the time of the last use of a renamed profile', async () => {
    const configDir = configDirWith(sandbox);
    await run('mint', { configDir });
    await run('profile rename default main', { configDir });
    const { json } = await run('status --json', { configDir });
    expect(json()).toMatchObject({ profile: 'main', last_used_at: expect.any(String) });
  });

  it('renames profiles of the passphrase store and the keychain, and leaves nothing behind', async () => {
    const configDir = configDirEncrypted(sandbox, 'a long passphrase', 'passphrase');
    const keychain = new Map<string, Secret>();
    const env = {
      VOCALSTACK_API_SERVER: sandbox.url,
      VOCALSTACK_PASSPHRASE: 'a long passphrase',
    };
    const options = { configDir, keychain, env };
    await run('login --with-key --no-verify --store keychain --profile keychain', {
      ...options,
      stdin: sandbox.apiKey,
    });
    for (const store of ['keychain', 'passphrase']) {
      expect((await run(`profile rename ${store} new-${store}`, options)).code).toBe(0);
      expect((await run(`mint --profile new-${store}`, options)).code).toBe(0);
    }
    expect(keychain.size).toBe(1);
    const { profiles } = storedIn(configDir);
    expect(Object.keys(profiles).sort()).toEqual(['new-keychain', 'new-passphrase']);
    expect(profiles['new-passphrase']).toMatchObject({ store: 'passphrase' });
  });

  it.each([
    ['profile', 2, 'invalid_arguments'],
    ['profile CANARY', 2, 'invalid_arguments'],
    ['profile use', 2, 'invalid_arguments'],
    ['profile use a b', 2, 'invalid_arguments'],
    ['profile use CANARY!', 2, 'invalid_value'],
    ['profile use CANARY', 4, 'unknown_profile'],
    ['profile rename CANARY b', 4, 'unknown_profile'],
    ['profile rename default staging', 2, 'invalid_value'],
    ['profile rename default default', 2, 'invalid_value'],
    ['mint --profile CANARY', 4, 'unknown_profile'],
    ['mint --profile constructor', 4, 'unknown_profile'],
  ])('%s exits %i', async (line, exit, expected) => {
    const configDir = configDirWith(sandbox, ['default', 'staging']);
    const before = storedIn(configDir);
    const { code, out, err } = await run(line, { configDir });
    expect({ code, out }).toEqual({ code: exit, out: '' });
    expect(err).toContain(expected);
    expect(err).not.toContain('CANARY');
    expect(storedIn(configDir)).toEqual(before);
  });

  it('does not overwrite a login that happened meanwhile', async () => {
    const configDir = configDirEncrypted(sandbox, 'a long passphrase', 'old');
    const env = { VOCALSTACK_PASSPHRASE: 'a long passphrase' };
    for (const [name, store] of [
      ['new', 'plaintext'],
      ['old', 'passphrase'],
    ]) {
      const login = `login --with-key --no-verify --store ${store} --profile ${name}`;
      const terminal = 'all' as const;
      const { code } = await run('profile rename old new', {
        ...{ configDir, terminal, answers: ['a long passphrase', 'a long passphrase'] },
        onQuestion: async () => {
          await run(login, { configDir, env, stdin: `${name}-key-2` });
        },
      });
      expect({ name, code }).toEqual({ name, code: name === 'new' ? 2 : 3 });
      const before = name === 'new' ? ['old', 'new'] : ['old'];
      expect(Object.keys(storedIn(configDir).profiles)).toEqual(before);
      await run('logout --profile new', { configDir });
    }
  });

  it('names the nearest profile', async () => {
    const configDir = configDirWith(sandbox, ['default', 'staging']);
    expect((await run('profile use stagin', { configDir })).err).toContain('Did you mean staging?');
  });
});
