import { languageFrom } from '../jobs';
import { Refusal } from '../refusal';
import type { Fields } from '../request-body';

/** The settings of a polyglot session, without its password. Durations are in seconds. */
export interface PolyglotSettings {
  readonly name: string;
  /** The last part of the address of the session's page. */
  readonly link: string;
  readonly language: string | null;
  readonly max_duration_s: number | null;
  readonly timeout_period_s: number | null;
  readonly livestream_url: string | null;
}

const MAX_NAME_LENGTH = 200;
const MAX_PASSWORD_LENGTH = 1024;
const MAX_URL_LENGTH = 2048;

/** Checks a value and returns it. If the value is wrong, the refusal contains the name of the member, but not the value. */
type ValueReader<Value> = (value: unknown, name: string) => Value;

const wrong = (name: string, form: string) => new Refusal(400, `${name} must be ${form}`);

const text: ValueReader<string> = (value, name) => {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME_LENGTH) {
    return value;
  }
  throw wrong(name, `a text of 1 to ${MAX_NAME_LENGTH} characters`);
};

const link: ValueReader<string> = (value, name) => {
  if (typeof value === 'string' && /^[\w.~-]{1,100}$/.test(value)) return value;
  throw wrong(name, '1 to 100 letters, digits and . _ ~ -');
};

const language: ValueReader<string> = (value, name) => {
  if (typeof value !== 'string') throw wrong(name, 'a language code, such as de');
  return languageFrom(value);
};

const seconds: ValueReader<number> = (value, name) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw wrong(name, 'a number of seconds');
};

const url: ValueReader<string> = (value, name) => {
  const isUrl = typeof value === 'string' && value.length <= MAX_URL_LENGTH && URL.canParse(value);
  if (isUrl && /^https?:$/.test(new URL(value).protocol)) return value;
  throw wrong(name, 'an http or https URL');
};

const optional =
  <Value>(read: ValueReader<Value>): ValueReader<Value | null> =>
  (value, name) =>
    value === null || value === '' ? null : read(value, name);

const MEMBERS = {
  ...{ name: text, link, language: optional(language), max_duration_s: optional(seconds) },
  ...{ timeout_period_s: optional(seconds), livestream_url: optional(url) },
} as const;

const NOTHING = {
  ...{ name: undefined, link: undefined, language: null, max_duration_s: null },
  ...{ timeout_period_s: null, livestream_url: null },
};

/**
 * Reads the settings of a polyglot session.
 * @param before the current settings, which are kept for each member that `fields` does not have; null for a new session
 * @throws Refusal 400 for an invalid value
 */
export function settingsFrom(fields: Fields, before: PolyglotSettings | null): PolyglotSettings {
  const start: Fields = before ? { ...before } : NOTHING;
  const entries = Object.entries(MEMBERS).map(([name, read]) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : start[name];
    return [name, read(value, name)] as const;
  });
  return Object.fromEntries(entries) as unknown as PolyglotSettings;
}

/**
 * Reads a password. Returns null for an empty password, and undefined if `fields` has no member `password`.
 * @throws Refusal 400 for an invalid value
 */
export function passwordFrom(fields: Fields): string | null | undefined {
  const { password } = fields;
  if (password === undefined) return undefined;
  if (password === null || password === '') return null;
  if (typeof password === 'string' && password.length <= MAX_PASSWORD_LENGTH) return password;
  throw wrong('password', `a text of ${MAX_PASSWORD_LENGTH} characters at most`);
}
