import { CliError } from './errors';
import { DEFAULT_API_SERVER, parseApiServer } from './origin';

type Environment = Readonly<Record<string, string | undefined>>;

export const KEY_VARIABLE = 'VOCALSTACK_API_KEY';
export const KEY_FILE_VARIABLE = 'VOCALSTACK_API_KEY_FILE';
export const SERVER_VARIABLE = 'VOCALSTACK_API_SERVER';
export const TOKEN_VARIABLE = 'VOCALSTACK_AUTH_TOKEN';

/** Where the API key comes from: the text of a variable, or a file that one names. */
export type KeySource =
  | { readonly kind: 'variable'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Which key is used. An empty variable counts as unset, and the error says that it was empty.
 * @throws CliError `key_empty`, `no_key`
 */
export function chooseKeySource(env: Environment): KeySource {
  const text = env[KEY_VARIABLE];
  if (text) return { kind: 'variable', text };
  const path = env[KEY_FILE_VARIABLE];
  if (path) return { kind: 'file', path };

  const empty = [KEY_VARIABLE, KEY_FILE_VARIABLE].filter((name) => env[name] === '');
  if (empty.length > 0) {
    throw new CliError(
      'key_empty',
      `There is no API key: ${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} set, but empty.`,
      {
        hint: 'CI systems pass empty secrets to forks and to jobs that may not see them. Check that the secret exists and is exposed to this job.',
      },
    );
  }
  throw new CliError('no_key', `There is no API key: ${KEY_VARIABLE} is not set.`, {
    hint: `Set ${KEY_VARIABLE}, or ${KEY_FILE_VARIABLE} to the path of a file that holds it. To try without an account: --sandbox`,
  });
}

/**
 * The origin of the API server.
 * @throws CliError `invalid_server`, `insecure_server`
 */
export function chooseApiServer(flag: string | undefined, env: Environment): string {
  if (flag !== undefined) return parseApiServer(flag, '--api-server');
  const named = env[SERVER_VARIABLE];
  if (named) return parseApiServer(named, SERVER_VARIABLE);
  return DEFAULT_API_SERVER;
}
