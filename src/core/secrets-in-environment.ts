import type { Environment } from './environment';
import { KEY_VARIABLE, PASSPHRASE_VARIABLE, TOKEN_VARIABLE } from './key-source';
import { PROXY_VARIABLES } from './proxy-variables';

/** The key, the token and the passphrase of an environment, and what its proxies are told: user, password, and both as they are sent. */
export function secretsIn(env: Environment): readonly string[] {
  const own = [KEY_VARIABLE, TOKEN_VARIABLE, PASSPHRASE_VARIABLE].map((name) => env[name]?.trim());
  const proxies = PROXY_VARIABLES.flatMap((name) => credentialsIn(env[name] ?? ''));
  return [...own, ...proxies].filter((value) => value !== undefined);
}

/** Of an address that may not be one: a password with a / or a # in it, not encoded, is one all the same. */
function credentialsIn(address: string): readonly string[] {
  const [, both = ''] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(address) ?? [];
  const at = both.indexOf(':');
  return at === -1 ? [both] : [both, both.slice(0, at), both.slice(at + 1)];
}
