import type { Environment } from './environment';
import { KEY_VARIABLE, PASSPHRASE_VARIABLE, TOKEN_VARIABLE } from './key-source';
import { PROXY_VARIABLES } from './proxy-variables';

/**
 * Returns the secrets in the environment: key, token, passphrase, and for each proxy the user, the password, and `user:password`.
 */
export function secretsIn(env: Environment): readonly string[] {
  const own = [
    withoutName(env[KEY_VARIABLE]?.trim()),
    withoutName(env[TOKEN_VARIABLE]?.trim()),
    env[PASSPHRASE_VARIABLE]?.trim(),
  ];
  const proxies = PROXY_VARIABLES.flatMap((name) => credentialsIn(env[name] ?? ''));
  return [...own, ...proxies].filter((value) => value !== undefined);
}

/**
 * Matches what is not secret in a value: the name of a variable, `Authorization:` and `Bearer`. Reason: otherwise these words
 * would count as a part of the secret, and a message that names the variable would not be shown.
 */
const AROUND =
  /\bVOCALSTACK_[A-Z_]+(?![A-Za-z0-9_])(?:["']?\s*[=:]\s*|(?=\W*$))|\bauthorization\s*:\s*|\bbearer\s+/gi;

const withoutName = (value: string | undefined) => value?.replace(AROUND, '');

/** Returns the user and password of a proxy. Also works for an invalid URL with a `/` or `#` in the password. */
function credentialsIn(address: string): readonly string[] {
  const [, both = ''] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(address) ?? [];
  const at = both.indexOf(':');
  return at === -1 ? [both] : [both, both.slice(0, at), both.slice(at + 1)];
}
