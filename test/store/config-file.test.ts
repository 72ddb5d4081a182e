import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config-file';
import { CliError, toCliError } from '../../src/core/errors';
import { openConfig } from '../../src/store/write-config';
import { fakeClock, systemClock } from '../../src/system/clock';
import { configFile, newConfigDir, plaintextProfile } from '../support/stored';
import { vaultFor } from '../support/vault';

const vaultIn = (configDir: string, signal = new AbortController().signal) =>
  vaultFor({ configDir }, systemClock(), signal);

const PROFILE = plaintextProfile('k', 'https://api.vocalstack.com');
const { key: _key, ...WITHOUT_KEY } = PROFILE;
const ENVELOPE = { v: 1, kdf: 'scrypt', n: 2, r: 8, p: 1, salt: 'a', iv: 'a', tag: 'a', data: 'a' };
const file = (more: object) =>
  JSON.stringify({ version: 1, settings: {}, profile: 'default', profiles: {}, ...more });

/** Contents that a settings file could have, valid and damaged. */
const TEXTS: readonly string[] = [
  '',
  '{}',
  '{',
  'null',
  '[]',
  '"text"',
  file({}),
  file({ version: 2 }),
  file({ version: 3 }),
  file({ version: '1' }),
  file({ more: true }),
  file({ settings: null }),
  file({ settings: { lifetime: 20, colour: 'red' } }),
  file({ settings: { lifetime: '20' } }),
  file({ settings: { lifetime: 0 } }),
  file({ settings: { one_time: 'true' } }),
  file({ settings: { api_server: 'http://evil.invalid' } }),
  file({ settings: { api_server: 'https://api.vocalstack.com/path' } }),
  file({ profile: '../up' }),
  file({ profiles: { default: PROFILE } }),
  file({ leftovers: { a: 1 } }),
  file({ leftovers: { a: '1' } }),
  file({ leftovers: [] }),
  file({ profiles: { 'no name!': PROFILE } }),
  file({ profiles: { default: { ...PROFILE, store: 'cloud' } } }),
  file({ profiles: { default: { ...PROFILE, origin: 'http://evil.invalid' } } }),
  file({ profiles: { default: { ...PROFILE, key: '' } } }),
  file({ profiles: { default: { ...WITHOUT_KEY, store: 'keychain' } } }),
  file({ profiles: { default: { ...WITHOUT_KEY, store: 'keychain', account: 'a' } } }),
  file({ profiles: { default: { ...WITHOUT_KEY, store: 'passphrase', sealed: ENVELOPE } } }),
  file({
    profiles: { default: { ...WITHOUT_KEY, store: 'passphrase', sealed: { ...ENVELOPE, n: '2' } } },
  }),
  file({ profiles: { default: { ...WITHOUT_KEY, store: 'passphrase', key: 'k' } } }),
  '{"__proto__":{"polluted":true},"version":1,"settings":{},"profile":"default","profiles":{}}',
  '{"version":1,"settings":{},"profile":"default","profiles":{"__proto__":{"polluted":true}}}',
];

const outcomeOf = (read: () => unknown) => {
  try {
    return read();
  } catch (error) {
    return toCliError(error).code;
  }
};

describe('the two readers of the settings', () => {
  it.each(TEXTS)('agree on %j', (text) => {
    const path = configFile(newConfigDir());
    writeFileSync(path, text, { mode: 0o600 });
    const parsed = outcomeOf(() => parseConfig(text, path));
    expect(outcomeOf(() => openConfig(path).config)).toEqual(parsed);
    expect(parsed).not.toBe('internal_error');
    expect({}).not.toHaveProperty('polluted');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('are tested with valid and damaged files', () => {
    const outcomes = TEXTS.map((text) => typeof outcomeOf(() => parseConfig(text, 'p')));
    expect(new Set(outcomes)).toEqual(new Set(['string', 'object']));
  });
});

describe('S9 a settings file', () => {
  it('in a folder with a space causes a hint with correct quotes', async () => {
    const folder = join(newConfigDir(), 'Application Support');
    mkdirSync(folder);
    writeFileSync(configFile(folder), file({}), { mode: 0o644 });
    await expect(vaultIn(folder).read()).rejects.toMatchObject({
      hint: `chmod 600 '${configFile(folder)}'`,
    });
  });

  it.each([
    [0o644, 'chmod 600'],
    [0o640, 'chmod 600'],
    [0o606, 'chmod 600'],
  ])('with mode %o is rejected', async (mode, fix) => {
    const folder = newConfigDir();
    writeFileSync(configFile(folder), file({}));
    chmodSync(configFile(folder), mode);
    const error = toCliError(
      await vaultIn(folder)
        .read()
        .catch((thrown: unknown) => thrown),
    );
    expect(error).toMatchObject({ code: 'config_unsafe', hint: expect.stringContaining(fix) });
    expect(error.hint).toContain(configFile(folder));
  });

  it('that is a symbolic link, a folder or a pipe is rejected', async () => {
    const [linked, nested] = [newConfigDir(), newConfigDir()];
    writeFileSync(join(linked, 'target'), file({}), { mode: 0o600 });
    symlinkSync(join(linked, 'target'), configFile(linked));
    mkdirSync(configFile(nested));
    for (const folder of [linked, nested]) {
      await expect(vaultIn(folder).read()).rejects.toMatchObject({ code: 'config_unsafe' });
    }
  });

  it('S8 can be accessed only by its owner, with any umask', async () => {
    const before = process.umask(0);
    try {
      for (const umask of [0o000, 0o022, 0o077]) {
        process.umask(umask);
        const folder = join(newConfigDir(), 'a', 'b');
        await vaultIn(folder).update((config) => config);
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        expect(statSync(configFile(folder)).mode & 0o777).toBe(0o600);
      }
    } finally {
      process.umask(before);
    }
  });

  it('S14 is freed from temporary files of a killed process', async () => {
    const folder = newConfigDir();
    writeFileSync(`${configFile(folder)}.tmp-1234567890abcdef`, '{"profiles":{"a":"a-key"');
    await vaultIn(folder).update((config) => config);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });
});

describe('the lock of the settings', () => {
  it('is removed if its process has ended', async () => {
    const folder = newConfigDir();
    writeFileSync(`${configFile(folder)}.lock`, String(2 ** 23));
    const vault = vaultIn(folder);
    await vault.update((config) => ({ ...config, settings: { lifetime: 20 } }));
    expect((await vault.read()).settings).toEqual({ lifetime: 20 });
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('causes an error with a fix if it stays', async () => {
    const folder = newConfigDir();
    writeFileSync(`${configFile(folder)}.lock`, String(process.pid));
    const clock = fakeClock(Date.now());
    const vault = vaultFor({ configDir: folder }, clock, new AbortController().signal);
    let outcome: unknown;
    const update = vault
      .update((config) => config)
      .catch((error: unknown) => {
        outcome = error;
      });
    while (outcome === undefined) await clock.advance(20);
    await update;
    expect(toCliError(outcome)).toMatchObject({
      code: 'config_locked',
      hint: expect.stringContaining(`rm ${configFile(folder)}.lock`),
    });
  });

  it('protects the temporary files of a running process from cleaning', async () => {
    const folder = newConfigDir();
    writeFileSync(`${configFile(folder)}.lock`, String(process.pid));
    writeFileSync(`${configFile(folder)}.tmp-1234567890abcdef`, '');
    const controller = new AbortController();
    const vault = vaultIn(folder, controller.signal);
    const both = Promise.allSettled([vault.cleanUp(), vault.discard()]);
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('can be awaited, and the wait can be interrupted', async () => {
    const folder = newConfigDir();
    writeFileSync(`${configFile(folder)}.lock`, String(process.pid));
    const controller = new AbortController();
    const update = vaultIn(folder, controller.signal).update((config) => config);
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    await expect(update).rejects.toMatchObject({ code: 'interrupted' });
    expect(readdirSync(folder)).toEqual(['config.json.lock']);
  });
});
