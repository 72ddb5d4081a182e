import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import { parseApiKey } from '../core/api-key';
import { cleanWord } from '../core/clean-environment';
import { CliError } from '../core/errors';
import type { GivenKey } from '../core/recognise/given-key';
import type { Secret } from '../core/secret';
import { listInWords } from './removed';

/** What most keys are, and no placeholder is: letters, with a digit among them, and no name in a program. For it nothing is loaded. */
const PLAIN = /^(?=.*\d)(?=.*[a-z])(?!process\.|import\.|os\.)[\w.~+/-]{10,4096}$/;

/**
 * The API key that a variable, a file or a person gives, without what is around it by mistake.
 * @param source what the text came from, as the subject of a sentence
 * @param notes gets what was removed, where that is more than quotes
 * @throws CliError `key_empty`, `key_malformed` with the cause; neither quotes it
 */
export async function parseGivenKey(text: string, source: string, notes?: Notes): Promise<Secret> {
  const word = cleanWord(text);
  if (PLAIN.test(word)) return parseApiKey(word, source);
  const { keyIn } = await import('../core/recognise/given-key');
  return keyOf(keyIn(text), source, notes);
}

/** The API key in a variable, without what is around it by mistake; null for an empty variable and a placeholder. */
export async function keyInVariable(text: string): Promise<string | null> {
  const word = cleanWord(text);
  if (text === '' || PLAIN.test(word)) return word || null;
  const { keyIn } = await import('../core/recognise/given-key');
  return keyIn(text).word ?? null;
}

/** The key that was found. @throws CliError as `parseGivenKey` does */
export function keyOf(given: GivenKey, source: string, notes?: Notes): Secret {
  if (given.word === undefined) {
    throw new CliError('key_malformed', `${source} does not hold an API key: ${given.why}.`, {
      hint: given.hint ?? 'Copy the key again from your VocalStack account, the key alone.',
    });
  }
  const key = parseApiKey(given.word, source);
  if (given.removed.length > 0) {
    notes?.note(
      `${source} holds more than the API key. Only the key is used. Removed: ${listInWords(given.removed)}.`,
    );
  }
  return key;
}

const TAKEN_FOR_KEY = 'it is an auth token that was minted on this machine';
const TOKEN_HINT =
  'A token cannot mint tokens. Give the API key of your VocalStack account. To use the token: vstoken test --use-token';

/** @throws CliError `key_malformed` for a token that was minted on this machine, which must not be stored as a key */
export async function requireNoToken(
  { ledger }: Pick<Context, 'ledger'>,
  key: Secret,
  source: string,
): Promise<void> {
  const entry = await ledger.find(key);
  if (!entry?.minted) return;
  throw new CliError('key_malformed', `${source} does not hold an API key: ${TAKEN_FOR_KEY}.`, {
    hint: TOKEN_HINT,
  });
}

/**
 * Why the service refused a key, when it is a token that was minted on this machine. Who mints with a good key reads no ledger, which
 * may be long: it is asked only then.
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
  const message = `What was given as the API key is none: ${TAKEN_FOR_KEY}. The server refused it.`;
  return new CliError('key_refused', message, {
    hint: TOKEN_HINT,
    ...(httpStatus !== undefined && { httpStatus }),
  });
}
