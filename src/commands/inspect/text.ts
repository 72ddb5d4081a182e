import type { CommandContext } from '../../cli/define';
import { KEY_VARIABLE } from '../../core/key-source';
import { cause } from '../../core/recognise/causes';
import { isKeyForm } from '../../core/recognise/forms';
import { readText } from '../../core/recognise/read';
import {
  moreWordsToLookUp,
  type Recognised,
  recognise,
  wordsToLookUp,
} from '../../core/recognise/recognise';
import { type Secret, secret } from '../../core/secret';
import { MIN_SECRET_LENGTH } from '../../core/withhold';
import type { NameKey } from '../../credentials/known-keys';
import { chooseServer } from './server';

/** A problem with the given text, such as text around the token, or with the clock of this machine. */
export interface Finding {
  readonly code: string;
  readonly text: string;
}

/** The code of the finding about the clock of this machine. All other findings are about the text. */
export const CLOCK_SET_BACK = 'clock_set_back';

export type TokenSource = 'stdin' | 'environment' | 'prompt';

const TOKEN_WITHIN_TEXT: Finding = {
  code: 'longer_text',
  text: 'The token is inside a longer text. The client must send only the token.',
};

/**
 * Returns a function that finds an API key of this machine in a word, and returns a description of the key, or null. `nameKey`
 * finds a key only if the key is the whole word. The new function also finds a key that is a part of the word, because vstoken
 * must not send a word that contains a key.
 */
export function nameKeysWithin({ env }: CommandContext, nameKey: NameKey): NameKey {
  const inVariable = env[KEY_VARIABLE]?.trim() ?? '';
  return (word) => {
    const name = nameKey(word);
    if (name !== null) return name;
    if (inVariable.length >= MIN_SECRET_LENGTH && word.includes(inVariable))
      return nameKey(inVariable);
    const pieces = word.split(/[^\w-]+/).filter(({ length }) => length >= MIN_SECRET_LENGTH);
    return pieces.map(nameKey).find((each) => each !== null) ?? null;
  };
}

/**
 * Finds the tokens and API keys in a text. Compares the words of the text with the tokens that this machine has recorded, and
 * with the API keys of this machine.
 */
export async function recogniseText(
  context: CommandContext,
  given: { readonly text: string; readonly source: TokenSource },
  nameKey: NameKey,
): Promise<Recognised> {
  const { ledger } = context;
  // Most programs end their output with a line feed, and a shell removes it in `$(...)`. So a line feed at the end is not a
  // problem.
  const text = given.source === 'stdin' ? given.text.replace(/\n$/, '') : given.text;
  const read = readText(text);
  const words = wordsToLookUp(text, read);
  const keys = new Set(words.filter((word) => nameKey(word) !== null));
  const known =
    (await ledger.findAny(words.filter((word) => !keys.has(word)).map(secret))) ??
    (await ledger.findAny(secrets(moreWordsToLookUp(read))));
  const token = known?.reveal();
  const lengths = known ? [] : await lengthsOf(context);
  const isToken = (word: string) => word === token;
  const isKey = (word: string) => keys.has(word) || (isKeyForm(word) && !isToken(word));
  return recognise(text, { isToken, isKey, lengths }, read);
}

function* secrets(words: Iterable<string>): Generator<Secret> {
  for (const word of words) yield secret(word);
}

/**
 * Returns the lengths of the tokens that this machine minted for the chosen server. Returns an empty list if the settings cannot
 * be read.
 */
async function lengthsOf(context: CommandContext): Promise<readonly number[]> {
  const server = await chooseServer(context, null).catch(() => null);
  return server === null ? [] : context.ledger.lengthsAt(server);
}

/**
 * The codes of problems that are about the text as a whole, for example that it is the name of a variable. All other problems are
 * about the characters around a token.
 */
const NOT_AROUND: ReadonlySet<string> = new Set([
  'api_key',
  'object_as_text',
  'empty_variable',
  'masked',
  'variable_name',
  'nothing_behind_bearer',
  'other_secret',
]);

/** Returns the problems that make a request with this text fail. Adds the problem `api_key` if `isKey` is true. */
export function causesOf({ causes }: Recognised, isKey: boolean): Recognised['causes'] {
  const isTold = causes.some(({ code }) => code === 'api_key');
  return isKey && !isTold ? [...causes, cause('api_key')] : causes;
}

/** Returns the findings about the text around the token. Adds a finding if the text contains more than the token. */
export function findingsOf({ causes, isWithin }: Recognised): readonly Finding[] {
  const findings = causes
    .filter(({ code }) => !NOT_AROUND.has(code))
    .map(({ code, message }) => ({ code, text: message }));
  // `longer_text` is last, because it is often no problem: a log that contains a correct token is also a longer text.
  return isWithin ? [...findings, TOKEN_WITHIN_TEXT] : findings;
}
