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

/** Variables that hold a word, a path, a URL or a command, which never begin or end with white space or quotes. */
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
  ...['NO_COLOR', 'FORCE_COLOR', 'TERM', 'LC_ALL', 'LC_CTYPE', 'LANG', 'CI', 'SHELL'],
  ...['GITHUB_ACTIONS', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'],
];

/** Visible ASCII but for quotes: most values. */
const CLEAN = /^[!#-&(-~]*$/;

/**
 * A word without the white space around it (line breaks and a byte order mark among it), and without a pair of quotes that is
 * around all of it, as `docker run --env-file` keeps it.
 */
export function cleanWord(text: string): string {
  const word = text.trim();
  const [, , within] = /^(["'])((?:(?!\1).)*)\1$/s.exec(word) ?? [];
  return within === undefined ? word : within.trim();
}

/** A passphrase may have spaces and quotes at its ends. It loses a byte order mark and the line breaks that editors put at its end. */
export function cleanPassphrase(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
}

/**
 * The environment with every variable that this program reads cleaned: what people do not see when they set one. The token is
 * left to its readers, since `inspect` tells what is around it, and NODE_TLS_REJECT_UNAUTHORIZED to Node.js.
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
  // Not a copy: on Windows the case of a name does not count in the environment of a process.
  return new Proxy(env, {
    get: (target, name) => cleaned.get(name) ?? Reflect.get(target, name),
  });
}
