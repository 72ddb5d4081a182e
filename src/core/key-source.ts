import type { Environment } from './environment';
import { CliError } from './errors';
import { requireVisible } from './find-invisible';
import { nearest } from './nearest';
import { DEFAULT_API_SERVER, KEYS_PAGE, parseApiServer } from './origin';
import { parseProfileName } from './profile';
import type { Profile, StoredConfig } from './stored-config';
import { findProfile } from './stored-config';

export const KEY_VARIABLE = 'VOCALSTACK_API_KEY';
export const KEY_FILE_VARIABLE = 'VOCALSTACK_API_KEY_FILE';
export const KEY_COMMAND_VARIABLE = 'VOCALSTACK_API_KEY_COMMAND';
export const PASSPHRASE_VARIABLE = 'VOCALSTACK_PASSPHRASE';
export const PASSPHRASE_FILE_VARIABLE = 'VOCALSTACK_PASSPHRASE_FILE';
export const PROFILE_VARIABLE = 'VOCALSTACK_PROFILE';
export const SERVER_VARIABLE = 'VOCALSTACK_API_SERVER';
export const TOKEN_VARIABLE = 'VOCALSTACK_AUTH_TOKEN';

/** Variables that provide an API key without a profile, in the order of their precedence. */
export const GIVING_VARIABLES = [KEY_VARIABLE, KEY_FILE_VARIABLE, KEY_COMMAND_VARIABLE] as const;

export type KeySource =
  | { readonly kind: 'variable'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'stored'; readonly name: string; readonly profile: Profile };

/**
 * Chooses the source of the API key. Order: the profile of --profile, VOCALSTACK_API_KEY, VOCALSTACK_API_KEY_FILE,
 * VOCALSTACK_API_KEY_COMMAND, the profile of VOCALSTACK_PROFILE, the active profile. An empty variable counts as unset. If there
 * is no other key, the error says that the variable is empty.
 * @throws CliError `key_empty`, `no_key`, `unknown_profile`, `invalid_value`
 */
export function chooseKeySource(
  flag: string | undefined,
  env: Environment,
  config: StoredConfig,
): KeySource {
  if (flag !== undefined) return storedKey(flag, config);
  const text = env[KEY_VARIABLE];
  if (text) return { kind: 'variable', text };
  const path = env[KEY_FILE_VARIABLE];
  if (path) {
    requireVisible(path, KEY_FILE_VARIABLE, 'key_file_unreadable');
    return { kind: 'file', path };
  }
  const command = env[KEY_COMMAND_VARIABLE];
  if (command) return { kind: 'command', text: command };
  const named = env[PROFILE_VARIABLE];
  if (named) return storedKey(parseProfileName(named, PROFILE_VARIABLE), config);
  const profile = findProfile(config, config.profile);
  if (profile) return { kind: 'stored', name: config.profile, profile };
  throw noKey(env, config);
}

/** Finds a profile. Throws CliError `unknown_profile` if there is no profile with this name. */
export function storedKey(
  name: string,
  config: StoredConfig,
): Extract<KeySource, { kind: 'stored' }> {
  const profile = findProfile(config, name);
  if (profile) return { kind: 'stored', name, profile };
  const near = nearest(name, Object.keys(config.profiles));
  throw new CliError('unknown_profile', 'There is no profile of that name.', {
    hint: near
      ? `Did you mean ${near}? List the profiles: vstoken profile list`
      : 'List the profiles: vstoken profile list. Create a profile: vstoken login --profile NAME',
  });
}

export const KEY_STEPS = [
  'Try vstoken without an account: vstoken test --sandbox',
  `Get a key: ${KEYS_PAGE}`,
  'Store it: vstoken login',
] as const;

function noKey(env: Environment, config: StoredConfig): CliError {
  const empty = GIVING_VARIABLES.filter((name) => env[name] === '');
  if (empty.length > 0) {
    return new CliError(
      'key_empty',
      `There is no API key: ${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} set, but empty.`,
      {
        hint: 'A CI system passes an empty value to a job that has no access to the secret, such as a job for a pull request from a fork. Check that the secret exists, and that this job has access to it.',
      },
    );
  }
  const others = Object.keys(config.profiles);
  return new CliError(
    'no_key',
    `There is no API key: ${KEY_VARIABLE} is not set, and no key is stored.`,
    {
      hint:
        others.length > 0
          ? `Use a stored key: vstoken profile use ${others[0]}`
          : KEY_STEPS.join('\n'),
    },
  );
}

/**
 * Chooses the origin of the API server. Order: --api-server, VOCALSTACK_API_SERVER, the server of the stored key, the setting
 * `api_server`, the address of the service.
 * @throws CliError `invalid_server`, `insecure_server`
 */
export function chooseApiServer(
  flag: string | undefined,
  env: Environment,
  storedOrigin: string | undefined,
  config: StoredConfig,
): string {
  if (flag !== undefined) return parseApiServer(flag, '--api-server');
  const named = env[SERVER_VARIABLE];
  if (named) return parseApiServer(named, SERVER_VARIABLE);
  return storedOrigin ?? config.settings.api_server ?? DEFAULT_API_SERVER;
}
