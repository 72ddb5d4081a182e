import type { Environment } from './environment';
import { KEY_VARIABLE, PASSPHRASE_VARIABLE, TOKEN_VARIABLE } from './key-source';
import { PROXY_VARIABLES } from './proxy-variables';

/** The secrets in the environment: key, token, passphrase, and of proxies the user, the password, and both as they are sent. */
export function secretsIn(env: Environment): readonly string[] {
  const own = [
    withoutName(env[KEY_VARIABLE]?.trim()),
    withoutName(env[TOKEN_VARIABLE]?.trim()),
    env[PASSPHRASE_VARIABLE]?.trim(),
  ];
  const proxies = PROXY_VARIABLES.flatMap((name) => credentialsIn(env[name] ?? ''));
  return [...own, ...proxies].filter((value) => value !== undefined);
}

/** Quotes and placeholders are not secrets: otherwise messages that name the variable would be withheld. */
const AROUND =
  /\bVOCALSTACK_[A-Z_]+(?![A-Za-z0-9_])(?:["']?\s*[=:]\s*|(?=\W*$))|\bauthorization\s*:\s*|\bbearer\s+/gi;

const withoutName = (value: string | undefined) => value?.replace(AROUND, '');

/** Finds the password in an invalid URL, too: one with a `/` or `#` that is not encoded. */
function credentialsIn(address: string): readonly string[] {
  const [, both = ''] = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(address) ?? [];
  const at = both.indexOf(':');
  return at === -1 ? [both] : [both, both.slice(0, at), both.slice(at + 1)];
}
