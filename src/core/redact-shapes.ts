import type { Environment } from './environment';
import { MIN_SECRET_LENGTH } from './withhold';

export const REDACTED = '(redacted)';

const SECRET_NAME = /TOKEN|SECRET|PASS|KEY|SESSION|CREDENTIAL|AUTH/i;
const MIN_VALUE = 8;
/** Matches the beginning of a word that is a path or a URL. In such a word, each part between slashes is checked separately. */
const PATH = /^[("'`<[]*(?:[\w.+-]+:\/\/|[~.]{0,2}[\\/]|[a-z]:\\)/i;
const PORT = /:\d{1,5}$/;
const CREDENTIALS_IN_URL = /(:\/\/)[^/\s@]+@/g;
const AFTER_NAME =
  /\b((?:bearer|basic)\s+|[\w-]*(?:token|secret|passw(?:or)?d|passphrase|credential|api[-_]?key)["']?\s*[:=]\s*["']?)[^\s"',;]+/gi;
/** Minimum length of a word without digits that looks like a key, in characters. Ordinary compound words are shorter. */
const MIN_WITHOUT_DIGIT = 32;

/** Whether a word looks like a key, a token or a part of one: a long word with letters and digits, or a very long word. */
export function hasKeyShape(word: string): boolean {
  const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  if (bare.length < MIN_SECRET_LENGTH) return false;
  return (/\d/.test(bare) && /\p{L}/u.test(bare)) || bare.length >= MIN_WITHOUT_DIGIT;
}

/**
 * Replaces what may be secret in the output of another program: words that look like a key, values after names such as `token=`,
 * users and passwords in URLs, and the values of variables that have a word such as TOKEN or PASS in their name.
 */
export function redactShapes(text: string, env: Environment): string {
  const values = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value && value.length >= MIN_VALUE ? [value] : [],
  );
  const known = values
    .sort((one, other) => other.length - one.length)
    .reduce((left, value) => left.replaceAll(value, REDACTED), text);
  return known
    .replace(CREDENTIALS_IN_URL, `$1${REDACTED}@`)
    .replace(AFTER_NAME, `$1${REDACTED}`)
    .replace(/\S+/g, redactWord);
}

function redactWord(word: string): string {
  if (!PATH.test(word)) return hasKeyShape(word) ? REDACTED : word;
  return word.replace(/[^\\/]+/g, (part) =>
    hasKeyShape(part.replace(PORT, '')) ? REDACTED : part,
  );
}
