import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config-file';
import { CliError } from '../../src/core/errors';
import {
  SETTING_NAMES,
  type SettingName,
  type Settings,
  settingSpec,
} from '../../src/core/settings';
import { EMPTY_CONFIG } from '../../src/core/stored-config';
import { systemClock } from '../../src/system/clock';
import { anyText, anyUrl, fc } from '../support/properties';
import { newConfigDir, plaintextProfile } from '../support/stored';
import { vaultFor } from '../support/vault';

/** For each setting: a generator of valid texts. */
const TEXTS: Readonly<Record<SettingName, fc.Arbitrary<string>>> = {
  access: fc.constantFrom('readonly', 'readwrite'),
  lifetime: fc.oneof(
    fc.integer({ min: 1, max: 120 }).map((seconds) => `${seconds}s`),
    fc.constantFrom('1', '2m', '5000ms'),
  ),
  one_time: fc.constantFrom('true', 'false'),
  language: fc.constantFrom('auto', 'de', 'en-US'),
  test_url: anyUrl({ isWhole: true }),
  api_server: fc.oneof(
    fc.domain().map((host) => `https://${host}`),
    fc.nat(65_535).map((port) => `http://127.0.0.1:${port}`),
  ),
  timeout: fc.oneof(
    fc.integer({ min: 1, max: 3600 }).map((seconds) => `${seconds}s`),
    fc.integer({ min: 1, max: 5000 }).map((ms) => `${ms}ms`),
  ),
  store: fc.constantFrom('keychain', 'passphrase', 'plaintext'),
  ledger: fc.constantFrom('on', 'off'),
};

const settings: fc.Arbitrary<Settings> = fc
  .record(TEXTS, { requiredKeys: [] })
  .map((texts) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        settingSpec(name as SettingName).parse(text),
      ]),
    ),
  );

describe('settings', () => {
  it('keep their values if they are formatted and parsed again', () => {
    for (const name of SETTING_NAMES) {
      const { parse, format } = settingSpec(name);
      fc.assert(
        fc.property(TEXTS[name], (text) => {
          const value = parse(text);
          expect(parse(format(value))).toEqual(value);
        }),
      );
    }
  });

  it('reject an invalid text without quoting it', () => {
    for (const name of SETTING_NAMES) {
      fc.assert(
        fc.property(anyText({ minLength: 8 }), (text) => {
          try {
            settingSpec(name).parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(CliError);
            expect(`${(error as CliError).message}${(error as CliError).hint}`).not.toContain(text);
          }
        }),
      );
    }
  });

  it('keep their values in a settings file with profiles', () => {
    const profiles = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/),
      fc
        .tuple(fc.string({ minLength: 1 }), fc.nat(65_535))
        .map(([key, port]) => plaintextProfile(key, new URL(`http://127.0.0.1:${port}`).origin)),
    );
    fc.assert(
      fc.property(settings, profiles, (own, keys) => {
        const given = { settings: own, profile: 'default', profiles: keys, leftovers: {} };
        const text = JSON.stringify({ version: 1, ...given });
        expect(parseConfig(text, '/config.json')).toEqual(given);
      }),
    );
  });

  it('keep their values when they are written to disk and read again', async () => {
    const vault = vaultFor(
      { configDir: newConfigDir() },
      systemClock(),
      new AbortController().signal,
    );
    await fc.assert(
      fc.asyncProperty(settings, async (own) => {
        await vault.update((config) => ({ ...config, settings: own }));
        const { settings: read, ...rest } = await vault.read();
        expect(read).toEqual(own);
        expect(rest).toEqual({ ...EMPTY_CONFIG, settings: undefined });
      }),
      { numRuns: 30 },
    );
  });
});
