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

/** Variables whose values (a word, a path, a URL or a command) never begin or end with white space or quotes. */
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

/** Matches most values: visible ASCII without quotes. */
const CLEAN = /^[!#-&(-~]*$/;

/**
 * Trims white space, line breaks and a byte order mark, and removes one pair of quotes around the whole value: `docker run
 * --env-file` keeps such quotes.
 */
export function cleanWord(text: string): string {
  const word = text.trim();
  const [, , within] = /^(["'])((?:(?!\1).)*)\1$/s.exec(word) ?? [];
  return within === undefined ? word : within.trim();
}

/** A passphrase may begin or end with spaces or quotes. Only a byte order mark and final line breaks are removed. */
export function cleanPassphrase(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
}

/**
 * Cleans every variable that this program reads of characters that people do not see when they set it. VOCALSTACK_AUTH_TOKEN is
 * not changed, since `inspect` reports what surrounds it. NODE_TLS_REJECT_UNAUTHORIZED belongs to Node.js.
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
  // Changed in place: a copy would lose that names of variables are case-insensitive on Windows.
  return new Proxy(env, {
    get: (target, name) => cleaned.get(name) ?? Reflect.get(target, name),
  });
}
