import { CliError } from '../../core/errors';
import type { Recognised } from '../../core/recognise/recognise';

/** @throws CliError `invalid_value` */
export function parsePick(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new CliError('invalid_value', '--pick takes the number of a word, 1 or more.');
}

/** The word that is taken without asking; null for none. */
export const chosenOf = ({ taken, key }: Recognised) => taken ?? key;

/** @throws CliError `invalid_value` when there is no candidate of that number */
export function picked({ candidates }: Recognised, number: number): string {
  const candidate = candidates[number - 1];
  if (candidate) return candidate.word;
  const count = candidates.length;
  throw new CliError(
    'invalid_value',
    count === 0
      ? '--pick: no word of the text can be a token.'
      : `--pick: ${count === 1 ? 'there is one word' : `there are ${count} words`} to choose from.`,
    { hint: 'Without --pick, vstoken inspect lists them.' },
  );
}

/** The error for a text without a token, and for one in which several words may be the token. */
export function notAToken({ instead, candidates }: Recognised): CliError {
  if (instead !== null) {
    return new CliError('not_a_token', `This is no auth token: ${instead}.`, {
      hint: 'Look where it was put in: it has to be what vstoken mint prints, or your token endpoint answers.',
    });
  }
  const framed = candidates.filter(({ frame }) => frame !== null).length;
  const what =
    framed > 0
      ? `There are ${framed} auth tokens in it, and which one is meant is open.`
      : `No word in it stands where a token does. ${candidates.length === 1 ? 'One could be one' : `${candidates.length} could be one`} all the same.`;
  return new CliError('not_a_token', what, {
    hint: 'To choose one by its number: vstoken inspect --pick N. Nothing is sent anywhere until then.',
  });
}
