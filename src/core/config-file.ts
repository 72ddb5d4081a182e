import { CliError } from './errors';
import { parseApiServer } from './origin';
import { parseJson } from './parse-json';
import { parseProfileName } from './profile';
import { SETTING_NAMES, type Settings, STORE_KINDS, settingSpec } from './settings';
import type { Envelope, Profile, StoredConfig } from './stored-config';
import { EMPTY_CONFIG } from './stored-config';

/** Versions of the file format that this program reads. A larger number is from a newer version of this program. */
const CONFIG_VERSIONS: readonly unknown[] = [1, 2];

/**
 * Returns the format version for a settings file: the lowest version that supports the content, so that older versions of this
 * program can read the file. A profile with a key command needs version 2. Reason: a program that reads only version 1 does not
 * know key commands, and would report the file as damaged.
 */
export function configVersionOf({ profiles }: Pick<StoredConfig, 'profiles'>): number {
  return Object.values(profiles).some(({ store }) => store === 'command') ? 2 : 1;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses a settings file.
 * @throws CliError `config_corrupt` or `config_newer`. The message never quotes the file.
 */
export function parseConfig(text: string, path: string): StoredConfig {
  try {
    return readConfig(parseJson(text));
  } catch (cause) {
    throw unreadableConfig(path, cause);
  }
}

export function unreadableConfig(path: string, cause: unknown): CliError {
  if (cause instanceof OtherVersion) {
    return new CliError(
      'config_newer',
      `The settings in ${path} were written by another version of vstoken.`,
      {
        hint: 'The file was not changed. Use the version of vstoken that wrote the file, or set VOCALSTACK_CONFIG_DIR to another folder.',
        cause,
      },
    );
  }
  return new CliError('config_corrupt', `The settings in ${path} are damaged.`, {
    hint: 'The file was not changed. Repair it, or remove it with all keys in it: vstoken logout --all',
    cause,
  });
}

class OtherVersion extends Error {}

/**
 * Reads the parsed JSON of a settings file.
 * @throws Error if a member is missing or has the wrong form, or if a newer version of this program wrote the file
 */
export function readConfig(value: unknown): StoredConfig {
  const given = requireObject(value);
  if (Object.keys(given).length === 0) return EMPTY_CONFIG;
  const { version, settings, profile, profiles, leftovers = {} } = given;
  if (!CONFIG_VERSIONS.includes(version)) {
    throw typeof version === 'number' ? new OtherVersion() : new Error('no version');
  }
  return {
    settings: readSettings(requireObject(settings)),
    profile: parseProfileName(requireText(profile), 'profile'),
    profiles: Object.fromEntries(
      Object.entries(requireObject(profiles)).map(([name, entry]) => [
        parseProfileName(name, 'profiles'),
        readProfile(requireObject(entry)),
      ]),
    ),
    leftovers: readLeftovers(requireObject(leftovers)),
  };
}

/** Ignores unknown settings, because a newer version of this program may have written them. */
function readSettings(given: Json): Settings {
  const known = SETTING_NAMES.filter((name) => Object.hasOwn(given, name));
  return Object.fromEntries(
    known.map((name) => {
      const { parse, format } = settingSpec(name);
      const value = parse(format(given[name]));
      if (value !== given[name]) throw new Error('another type');
      return [name, value];
    }),
  );
}

function readLeftovers(given: Json): Readonly<Record<string, number>> {
  if (Object.values(given).some((pid) => !Number.isSafeInteger(pid))) throw new Error('no number');
  return given as Readonly<Record<string, number>>;
}

function readProfile(entry: Json): Profile {
  const { account, sealed, key } = entry;
  const store = [...STORE_KINDS, 'command' as const].find((kind) => kind === entry['store']);
  const isUnknown = store === 'command' && entry['fingerprint'] === null;
  const origin = requireText(entry['origin']);
  if (!store || parseApiServer(origin, 'origin') !== origin) throw new Error('not a profile');
  return {
    store,
    origin,
    fingerprint: isUnknown ? null : requireText(entry['fingerprint']),
    created_at: requireText(entry['created_at']),
    ...(store === 'keychain' && { account: requireText(account) }),
    ...(store === 'passphrase' && { sealed: readEnvelope(requireObject(sealed)) }),
    ...(store === 'plaintext' && { key: requireText(key) }),
    ...(store === 'command' && { command: requireText(entry['command']) }),
  };
}

function readEnvelope(given: Json): Envelope {
  if (given['v'] !== 1 || given['kdf'] !== 'scrypt') throw new Error('not an envelope');
  const number = (name: string) => {
    const found = given[name];
    if (typeof found !== 'number' || !Number.isSafeInteger(found)) throw new Error('not a number');
    return found;
  };
  return {
    v: 1,
    kdf: 'scrypt',
    n: number('n'),
    r: number('r'),
    p: number('p'),
    salt: requireText(given['salt']),
    iv: requireText(given['iv']),
    tag: requireText(given['tag']),
    data: requireText(given['data']),
  };
}

function requireObject(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error('not an object');
}

function requireText(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('not a text');
}
