import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { KEY_FILE_VARIABLE, KEY_VARIABLE } from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { EMPTY_CONFIG } from '../core/stored-config';
import { MIN_SECRET_LENGTH } from '../core/withhold';
import { fingerprintOf } from '../store/fingerprint';
import { keyInVariable } from './given-key';
import { readKeyFile } from './key-file';

/**
 * Describes a text that is an API key stored or set on this machine: `the key of the profile work`. Returns null for any other
 * text.
 */
export type NameKey = (text: string) => string | null;

/**
 * Returns a function that recognises the API keys of this machine. The function compares fingerprints of the stored keys, so it
 * needs neither the keychain nor a passphrase. Unreadable settings and files are ignored. All keys in variables and files, and
 * each stored key that the function recognises, are registered as secrets, so that no output shows them.
 */
export async function loadKeyNames(context: Context): Promise<NameKey> {
  return (await loadKeys(context)).nameKey;
}

/**
 * Reads the API keys of this machine.
 * @returns `nameKey`: the function that recognises these keys, as `loadKeyNames` returns it. `given`: the key in
 * VOCALSTACK_API_KEY, and the key in the file that VOCALSTACK_API_KEY_FILE names.
 */
export async function loadKeys(
  context: Context,
): Promise<{ readonly nameKey: NameKey; readonly given: readonly Secret[] }> {
  const { env, vault, secrets } = context;
  const { profiles } = await vault.read().catch(() => EMPTY_CONFIG);
  const path = env[KEY_FILE_VARIABLE];
  const inFile = path
    ? await readKeyFile(context, path, 'The file').catch(() => {
        context.signal.throwIfAborted();
        return null;
      })
    : null;
  const inVariable = await keyInVariable(env[KEY_VARIABLE] ?? '');
  const given = [...(inFile ? [inFile] : []), ...(inVariable ? [secret(inVariable)] : [])];
  for (const key of given) secrets.add(key);
  const stored = Object.entries(profiles);
  const nameKey: NameKey = (text) => {
    if (inVariable && text === inVariable) return `the key in ${KEY_VARIABLE}`;
    if (text === inFile?.reveal()) return `the key in the file that ${KEY_FILE_VARIABLE} names`;
    // If no key is stored, no fingerprint is computed. Reason: a caller may check thousands of words of a text, and computing a
    // fingerprint for each word would be slow.
    if (stored.length === 0) return null;
    const fingerprint = fingerprintOf(secret(text));
    const [name] = stored.find(([, one]) => one.fingerprint === fingerprint) ?? [];
    if (name === undefined) return null;
    secrets.add(secret(text));
    return `the key of the profile ${name}`;
  };
  return { nameKey, given };
}

/**
 * Returns the error for an API key that was given instead of a token.
 * @param name describes the key, such as `the key of the profile work`
 */
export function apiKeyGivenAsToken(name: string): CliError {
  return new CliError('not_a_token', `This is an API key, not an auth token: ${name}.`, {
    hint: 'Keep the key secret: it allows everything. Give clients a token instead: vstoken mint. If others have seen the key, replace it in your VocalStack account.',
  });
}

/**
 * Rejects a token that is or contains an API key stored or set on this machine, so that the key is not sent.
 * @throws CliError `not_a_token`
 */
export function requireNoKey(token: Secret, nameKey: NameKey, keys: readonly Secret[]): void {
  const text = token.reveal();
  // Short keys are not searched for, because a token could contain a short key by chance.
  const within = keys.find(
    (key) => key.reveal().length >= MIN_SECRET_LENGTH && text.includes(key.reveal()),
  );
  const name = nameKey(text) ?? (within && nameKey(within.reveal())) ?? null;
  if (name !== null) throw apiKeyGivenAsToken(name);
}
