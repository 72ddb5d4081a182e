import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { KEY_FILE_VARIABLE, KEY_VARIABLE } from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { EMPTY_CONFIG } from '../core/stored-config';
import { fingerprintOf } from '../store/fingerprint';
import { readKeyFile } from './key-file';

/** Which of the API keys that this machine knows a text is, as the end of a sentence; null for none of them. */
export type NameKey = (text: string) => string | null;

/**
 * Stored keys are told by their fingerprints: no store is opened. What cannot be read is no reason to fail. The others are secrets of
 * the run from then on, and so is each stored one that was found.
 */
export async function loadKeyNames(context: Context): Promise<NameKey> {
  const { env, vault, secrets } = context;
  const { profiles } = await vault.read().catch(() => EMPTY_CONFIG);
  const path = env[KEY_FILE_VARIABLE];
  const inFile = path
    ? await readKeyFile(context, path, 'The file').catch(() => {
        context.signal.throwIfAborted();
        return null;
      })
    : null;
  const { keyIn } = await import('../core/recognise/given-key');
  const given = env[KEY_VARIABLE] ?? '';
  const inVariable = keyIn(given).word ?? given.trim();
  if (inFile) secrets.add(inFile);
  if (inVariable) secrets.add(secret(inVariable));
  const stored = Object.entries(profiles);
  return (text) => {
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
}

/** @param name as `NameKey` gives it */
export function anApiKey(name: string): CliError {
  return new CliError('not_a_token', `This is an API key, and no auth token: ${name}.`, {
    hint: 'Keep it on your servers: whoever has it can do everything. Clients get what it is traded for: vstoken mint. If it was handed out, replace it in your VocalStack account.',
  });
}

/** @throws CliError `not_a_token` for an API key that this machine knows, which must not be sent as a token */
export async function requireNoKey(context: Context, token: Secret): Promise<void> {
  const nameKey = await loadKeyNames(context);
  const text = token.reveal();
  const [key = ''] = [text, ...text.split(/[^A-Za-z0-9_.~+/=-]+/)].filter(
    (word) => nameKey(word) !== null,
  );
  const name = nameKey(key);
  if (name !== null) throw anApiKey(name);
}
