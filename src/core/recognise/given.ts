import { type Known, recognise } from './recognise';

/** What a program takes away from a token or key that it is given, since nobody means it: the codes of causes. */
const TAKEN_AWAY: ReadonlySet<string> = new Set([
  'white_space',
  'line_feed',
  'carriage_return',
  'byte_order_mark',
  'utf16',
  'quotes',
  'assignment',
  'header',
  'missing_bearer',
  'bearer_prefix',
  'bearer_twice',
]);

/** The word that was given, or why there is none that can be used: one or more whole sentences. */
export type GivenWord =
  | { readonly word: string; readonly why?: never }
  | { readonly why: string; readonly word?: never };

/** The auth token that a person gave to a program, without white space, quotes, `Bearer` and `NAME=`. The rest is refused. */
export function tokenIn(text: string, known: Known): GivenWord {
  const { taken, key, causes, instead, isWithin } = recognise(text, known);
  if (key !== null && known.isKey(key)) return { word: key };
  const wrong = causes.filter(({ code }) => !TAKEN_AWAY.has(code));
  if (taken !== null && !isWithin && wrong.length === 0) return { word: taken };
  if (wrong.length > 0) return { why: wrong.map(({ message }) => message).join(' ') };
  if (instead !== null) return { why: `${instead.charAt(0).toUpperCase()}${instead.slice(1)}.` };
  return { why: 'It is a longer text, and a token is one word.' };
}
