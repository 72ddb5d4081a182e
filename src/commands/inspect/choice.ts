import { CliError } from '../../core/errors';
import type { Recognised } from '../../core/recognise/recognise';

/** @throws CliError `invalid_value` if the text is not a whole number, 1 or more */
export function parsePick(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new CliError('invalid_value', '--pick must be a whole number, 1 or more.');
}

/**
 * Returns the part of the text that is inspected without --pick: the recognised token, or else the API key. Null if the text
 * contains neither a token nor a key, or if the person must choose one of several possible tokens.
 */
export const chosenOf = ({ taken, key }: Recognised) => taken ?? key;

/** @throws CliError `invalid_value` if there is no candidate with this number */
export function candidateAt({ candidates }: Recognised, number: number): string {
  const candidate = candidates[number - 1];
  if (candidate) return candidate.word;
  const count = candidates.length;
  throw new CliError(
    'invalid_value',
    count === 0
      ? '--pick cannot be used: no word in the text can be a token.'
      : `--pick must be ${count === 1 ? '1: only one word in the text can be a token' : `a number from 1 to ${count}`}.`,
    { hint: 'To list the possible tokens, run vstoken inspect without --pick.' },
  );
}

/** Returns the error for a text without a token, or with several possible tokens. */
export function notAToken({ instead, candidates }: Recognised): CliError {
  if (instead !== null) {
    return new CliError('not_a_token', `This is not an auth token: ${instead}.`, {
      hint: 'Check where the text comes from. It must be the output of vstoken mint, or the answer of your token endpoint.',
    });
  }
  const framed = candidates.filter(({ frame }) => frame !== null).length;
  const what =
    framed > 0
      ? `The text contains ${framed} auth tokens, so vstoken does not know which one you mean.`
      : `No word in the text is marked as a token, for example by "Bearer" before the word. ${candidates.length === 1 ? 'One word could be a token' : `${candidates.length} words could be tokens`}.`;
  return new CliError('not_a_token', what, {
    hint: 'Choose the token by its number: vstoken inspect --pick N. Nothing was sent to the service.',
  });
}
