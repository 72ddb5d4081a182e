import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import { parseApiKey } from '../core/api-key';
import { cleanWord } from '../core/clean-environment';
import { CliError } from '../core/errors';
import type { GivenKey } from '../core/recognise/given-key';
import type { Secret } from '../core/secret';
import { listInWords } from './list-in-words';

/**
 * Matches most API keys, but no placeholder and no code such as `process.env.KEY`. A text that matches needs no further check.
 * Any other text is checked by `core/recognise`, which is loaded only then.
 */
const PLAIN = /^(?=.*\d)(?=.*[a-z])(?!process\.|import\.|os\.)[\w.~+/-]{10,4096}$/;

/**
 * Parses the API key in a variable, a file or an input. Removes quotes and other text that was copied with the key.
 * @param source where the text is from. Error messages begin with these words, for example `VOCALSTACK_API_KEY`.
 * @param notes gets a note if anything except quotes was removed
 * @throws CliError `key_empty`; `key_malformed`, whose message says why but does not quote the text
 */
export async function parseGivenKey(text: string, source: string, notes?: Notes): Promise<Secret> {
  const word = cleanWord(text);
  if (PLAIN.test(word)) return parseApiKey(word, source);
  const { keyIn } = await import('../core/recognise/given-key');
  return keyOf(keyIn(text), source, notes);
}

/**
 * Returns the API key in the value of a variable, without other text that was copied with the key. Null if the value is empty or
 * a placeholder.
 */
export async function keyInVariable(text: string): Promise<string | null> {
  const word = cleanWord(text);
  if (text === '' || PLAIN.test(word)) return word || null;
  const { keyIn } = await import('../core/recognise/given-key');
  return keyIn(text).word ?? null;
}

/**
 * Returns the key that was recognised in a text. Adds a note if other text was removed.
 * @throws CliError `key_empty`, `key_malformed`
 */
export function keyOf(given: GivenKey, source: string, notes?: Notes): Secret {
  if (given.word === undefined) {
    throw new CliError('key_malformed', `${source} does not contain an API key: ${given.why}.`, {
      hint: given.hint ?? 'Copy the key again from your VocalStack account, without other text.',
    });
  }
  const key = parseApiKey(given.word, source);
  if (given.removed.length > 0) {
    notes?.note(
      `${source} contains more than the API key. Only the key is used. Removed: ${listInWords(given.removed)}.`,
    );
  }
  return key;
}

const TAKEN_FOR_KEY = 'it is an auth token that was minted on this machine';
const TOKEN_HINT =
  'A token cannot mint tokens. Use the API key of your VocalStack account. To use the token: vstoken test --use-token';

/**
 * Rejects a key that is a token minted on this machine.
 * @throws CliError `key_malformed`
 */
export async function requireNoToken(
  { ledger }: Pick<Context, 'ledger'>,
  key: Secret,
  source: string,
): Promise<void> {
  const entry = await ledger.find(key);
  if (!entry?.minted) return;
  throw new CliError('key_malformed', `${source} does not contain an API key: ${TAKEN_FOR_KEY}.`, {
    hint: TOKEN_HINT,
  });
}

/**
 * Returns the error for a key that the service refused. If the key is a token that was minted on this machine, the error says so.
 * Otherwise returns the given error. The ledger may be long, so it is read only after a refusal.
 */
export async function whyRefused(
  { ledger }: Pick<Context, 'ledger'>,
  key: Secret,
  thrown: unknown,
): Promise<unknown> {
  if (!(thrown instanceof CliError) || thrown.code !== 'key_refused') return thrown;
  const entry = await ledger.find(key);
  if (!entry?.minted) return thrown;
  const { httpStatus } = thrown;
  const message = `The server refused the API key: ${TAKEN_FOR_KEY}.`;
  return new CliError('key_refused', message, {
    hint: TOKEN_HINT,
    ...(httpStatus !== undefined && { httpStatus }),
  });
}
