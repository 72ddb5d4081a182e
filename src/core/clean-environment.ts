import type { Environment } from './environment';
import {
  KEY_COMMAND_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_VARIABLE,
  PASSPHRASE_FILE_VARIABLE,
  PASSPHRASE_VARIABLE,
  PROFILE_VARIABLE,
  SERVER_VARIABLE,
} from './key-source';
import { PROXY_VARIABLES } from './proxy-variables';

/**
 * Variables that contain a word, a path, a URL or a command. White space and quotes around such a value are removed, because they
 * are a mistake.
 */
const WORDS: readonly string[] = [
  KEY_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_COMMAND_VARIABLE,
  PASSPHRASE_FILE_VARIABLE,
  PROFILE_VARIABLE,
  SERVER_VARIABLE,
  'VOCALSTACK_CONFIG_DIR',
  'VOCALSTACK_TIMEOUT',
  'VOCALSTACK_TEST_URL',
  'VOCALSTACK_PROXY_LOOPBACK',
  ...PROXY_VARIABLES,
  ...['no_proxy', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
  ...['HOME', 'APPDATA', 'XDG_CONFIG_HOME'],
  ...['NO_COLOR', 'FORCE_COLOR', 'TERM', 'LC_ALL', 'LC_CTYPE', 'LANG', 'CI', 'SHELL', 'BROWSER'],
  ...['GITHUB_ACTIONS', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'],
];

/** Matches values that need no cleaning: visible ASCII without quotes. Most values match. */
const CLEAN = /^[!#-&(-~]*$/;

/**
 * Removes white space, line breaks and a byte order mark around a value, and one pair of quotes around the whole value. Reason:
 * `docker run --env-file` does not remove such quotes.
 */
export function cleanWord(text: string): string {
  const word = text.trim();
  const [, , within] = /^(["'])((?:(?!\1).)*)\1$/s.exec(word) ?? [];
  return within === undefined ? word : within.trim();
}

/**
 * Removes a byte order mark at the start of a passphrase, and line breaks at its end. Does not remove spaces or quotes, because
 * they may be a part of the passphrase.
 */
export function cleanPassphrase(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
}

/**
 * Removes white space and quotes around the values of the variables that this program reads. Reason: people often do not notice
 * white space or quotes around a value. A passphrase keeps its spaces and quotes. VOCALSTACK_AUTH_TOKEN is not changed, because
 * `inspect` reports faults such as quotes around the token. NODE_TLS_REJECT_UNAUTHORIZED is not changed, because Node.js
 * itself reads this variable, with any white space and quotes.
 */
export function cleanEnvironment(env: Environment): Environment {
  const cleaned = new Map<PropertyKey, string>();
  const keep = (name: string, text: string, clean: string) => {
    if (clean !== text) cleaned.set(name, clean);
  };
  for (const name of WORDS) {
    const text = env[name];
    if (text && !CLEAN.test(text)) keep(name, text, cleanWord(text));
  }
  const passphrase = env[PASSPHRASE_VARIABLE];
  if (passphrase) keep(PASSPHRASE_VARIABLE, passphrase, cleanPassphrase(passphrase));
  if (cleaned.size === 0) return env;
  // Use a `Proxy` object, because a copy of the environment would make the names of variables case-sensitive on Windows.
  return new Proxy(env, {
    get: (target, name) => cleaned.get(name) ?? Reflect.get(target, name),
  });
}
