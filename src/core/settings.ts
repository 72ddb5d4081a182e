import { requireTimeout } from './duration';
import { CliError } from './errors';
import { requireVisible } from './find-invisible';
import { parseLanguage } from './language';
import { parseLifetime } from './lifetime';
import { parseApiServer } from './origin';
import { ACCESS_VALUES, type Access } from './token';

export const STORE_KINDS = ['keychain', 'passphrase', 'plaintext'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** The settings that a person has set. All others are undefined. */
export interface Settings {
  readonly access?: Access;
  /** In whole seconds, from 1 to 120. */
  readonly lifetime?: number;
  readonly one_time?: boolean;
  readonly language?: string;
  readonly test_url?: string;
  readonly api_server?: string;
  /** In seconds. */
  readonly timeout?: number;
  readonly store?: StoreKind;
  readonly ledger?: 'on' | 'off';
}

export type SettingName = keyof Settings;

interface SettingSpec<Value> {
  readonly about: string;
  /** The default as a text for people. */
  readonly preset: string;
  /** The default as a value. Null if the default is not the same for all commands and machines. */
  readonly fallback: Value | null;
  /** The variable that overrides the setting. */
  readonly variable?: string;
  /** All allowed values, if there are only a few. */
  readonly values?: readonly string[];
  /** Throws CliError `invalid_value`, `invalid_server` or `insecure_server`. */
  parse(text: string): Value;
  format(value: Value): string;
  /** Whether new tokens can do more with this value than with the default. */
  widens?(value: Value): boolean;
}

function oneOf<Value extends string>(name: string, values: readonly Value[]) {
  return {
    values,
    parse(text: string): Value {
      const value = values.find((known) => known === text);
      if (value) return value;
      throw new CliError('invalid_value', `${name} must be ${values.join(' or ')}.`);
    },
    format: (value: Value): string => value,
  };
}

function parseTestUrl(text: string): string {
  requireVisible(text, 'test_url');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    return url.href;
  }
  throw new CliError('invalid_value', 'test_url must be the http or https URL of an audio file.', {
    hint: 'The URL must not contain a user or password, because settings must not contain secrets.',
  });
}

/** All settings, in the order of display. */
const SETTINGS: {
  readonly [Name in SettingName]-?: SettingSpec<NonNullable<Settings[Name]>>;
} = {
  access: {
    about: 'the access of minted tokens',
    preset: 'readonly',
    fallback: 'readonly',
    ...oneOf('access', ACCESS_VALUES),
    widens: (value) => value === 'readwrite',
  },
  lifetime: {
    about: 'the lifetime of minted tokens',
    preset: '10s',
    fallback: 10,
    parse: (text) => parseLifetime(text, 'lifetime'),
    format: (value) => `${value}s`,
  },
  one_time: {
    about: 'whether minted tokens work only once',
    preset: 'true',
    fallback: true,
    values: ['true', 'false'],
    parse: (text) => oneOf('one_time', ['true', 'false']).parse(text) === 'true',
    format: String,
    widens: (value) => !value,
  },
  language: {
    about: 'the language of the test transcription',
    preset: 'auto',
    fallback: 'auto',
    parse: (text) => parseLanguage(text, 'language'),
    format: String,
  },
  test_url: {
    about: 'the URL of the audio for the test transcription',
    preset: 'a clip with a known text',
    fallback: null,
    variable: 'VOCALSTACK_TEST_URL',
    parse: parseTestUrl,
    format: String,
  },
  api_server: {
    about: 'the API server for vstoken login, and for a key from an environment variable',
    preset: 'https://api.vocalstack.com',
    fallback: 'https://api.vocalstack.com',
    variable: 'VOCALSTACK_API_SERVER',
    parse: (text) => parseApiServer(text, 'api_server'),
    format: String,
  },
  timeout: {
    about: 'the time limit of a command that mints, tests or verifies',
    preset: '30s; vstoken test: 2m; vstoken verify: 5m',
    fallback: null,
    variable: 'VOCALSTACK_TIMEOUT',
    parse: (text) => requireTimeout(text, 'timeout') / 1000,
    format: (value) => (Number.isInteger(value) ? `${value}s` : `${Math.round(value * 1000)}ms`),
  },
  store: {
    about: 'where vstoken login stores keys',
    preset: 'the keychain, if there is one',
    fallback: null,
    ...oneOf('store', STORE_KINDS),
  },
  ledger: {
    about: 'whether this machine records the tokens that it mints, for vstoken inspect',
    preset: 'on',
    fallback: 'on',
    ...oneOf('ledger', ['on', 'off']),
  },
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export function settingSpec(name: SettingName): SettingSpec<unknown> {
  return SETTINGS[name] as SettingSpec<unknown>;
}
