import { parseApiKey } from '../core/api-key';
import { CliError } from '../core/errors';
import { KEY_VARIABLE } from '../core/key-source';
import type { Secret } from '../core/secret';

/**
 * The API key that a variable or a file gives, without what is put around one by mistake. A bare key loads no file more.
 * @throws CliError `key_empty`, `key_malformed` with the cause; neither quotes it
 */
export async function parseGivenKey(text: string, source: string): Promise<Secret> {
  if (/^[\w.~+/-]*\d[\w.~+/-]*$/.test(text.trim())) return parseApiKey(text, source);
  const { keyIn } = await import('../core/recognise/given');
  const { word, why } = keyIn(text);
  if (word !== undefined) return parseApiKey(word, source);
  // What the variable holds is a secret of the run, so that a message with its name would be withheld.
  const isNamed = source === KEY_VARIABLE && text.includes('VOCALSTACK');
  const subject = isNamed ? 'The variable of the key' : source;
  throw new CliError('key_malformed', `${subject} does not hold an API key. ${why}`, {
    hint: 'Copy the key again from your VocalStack account, the key alone.',
  });
}
