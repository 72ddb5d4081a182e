import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { KEY_FILE_VARIABLE, KEY_VARIABLE } from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { EMPTY_CONFIG } from '../core/stored-config';
import { LEAST_LENGTH } from '../core/withhold';
import { fingerprintOf } from '../store/fingerprint';
import { keyInVariable } from './given-key';
import { readKeyFile } from './key-file';

/** Which of the API keys that this machine knows a text is, as the end of a sentence; null for none of them. */
export type NameKey = (text: string) => string | null;

/**
 * Stored keys are told by their fingerprints: no store is opened. What cannot be read is no reason to fail. The others are secrets of
 * the run from then on, and so is each stored one that was found.
 */
export async function loadKeyNames(context: Context): Promise<NameKey> {
  return (await loadKeys(context)).nameKey;
}

/** The same, and the keys themselves that are not stored. */
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
    if (inVariable && text === inVariable) return `that in ${KEY_VARIABLE}`;
    if (text === inFile?.reveal()) return `that in the file that ${KEY_FILE_VARIABLE} names`;
    // A long text has thousands of words.
    if (stored.length === 0) return null;
    const fingerprint = fingerprintOf(secret(text));
    const [name] = stored.find(([, one]) => one.fingerprint === fingerprint) ?? [];
    if (name === undefined) return null;
    secrets.add(secret(text));
    return `that of the profile ${name}`;
  };
  return { nameKey, given };
}

/** @param name as `NameKey` gives it */
export function anApiKey(name: string): CliError {
  return new CliError('not_a_token', `This is an API key, and no auth token: ${name}.`, {
    hint: 'Keep it on your servers: whoever has it can do everything. Clients get what it is traded for: vstoken mint. If it was handed out, replace it in your VocalStack account.',
  });
}

/** @throws CliError `not_a_token` for an API key that this machine knows, or a word with one in it, which must not be sent as a token */
export function requireNoKey(token: Secret, nameKey: NameKey, keys: readonly Secret[]): void {
  const text = token.reveal();
  // A short key would be found in tokens by chance.
  const within = keys.find(
    (key) => key.reveal().length >= LEAST_LENGTH && text.includes(key.reveal()),
  );
  const name = nameKey(text) ?? (within && nameKey(within.reveal())) ?? null;
  if (name !== null) throw anApiKey(name);
}
