import { isToken } from '../../core/token';
import { LAYERS } from './layers';

/** Something about the text that breaks requests which use it as it is. */
export interface Finding {
  readonly code: string;
  readonly text: string;
}

/** The one finding that is about the machine. */
export const CLOCK_SET_BACK = 'clock_set_back';

export type TokenSource = 'stdin' | 'environment';

/** What was handed in, taken apart. */
export interface Handed {
  /** What is left without what stands around it: the token, if there is one. */
  readonly bare: string;
  /** What that is instead of a token, as the end of a sentence; null for one. */
  readonly instead: string | null;
  readonly findings: readonly Finding[];
}

/** What variables and logs hold in the place of a token. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [
    /^(undefined|null|none|nil|nan|true|false|\[object \w+\])$/i,
    'what a program writes where a variable was empty',
  ],
  [/^\*+(redacted\*+)?$|^\[?redacted\]?$/i, 'what a log shows in the place of a secret'],
  [
    /^(\$\{?\w+\}?|\$env:\w+|%\w+%|\$?\{\{.*\}\}|<[^>]*>)$/i,
    'the name of a variable that nothing was put in the place of',
  ],
  [/^bearer:?$/i, 'the word "Bearer" with nothing behind it'],
];

/** Between these a token may stand in a longer text. */
const SEPARATORS = /[\s"'`=:,;()<>{}?&]+/;
const MIN_PIECE = 16;

/** What this machine knows of texts. */
export interface Knowing {
  /** Whether a text is a token or key that it knows. */
  isKnown(text: string): Promise<boolean>;
  /** The first of many texts that is; null for none. */
  findKnown(texts: readonly string[]): Promise<string | null>;
}

/**
 * Finds the token in a text that a person handed in, and says what stands around it.
 * @param knowing what this machine knows is taken as it is, and found in a longer text
 */
export async function takeApart(
  text: string,
  source: TokenSource,
  { isKnown, findKnown }: Knowing,
): Promise<Handed> {
  // Every program that prints a line ends it so, and every shell takes it away again.
  let rest = source === 'stdin' ? text.replace(/\n$/, '') : text;
  const found = new Map<string, string>();
  const knows = async (token: string) => isToken(token) && (await isKnown(token));
  for (let depth = 0; depth < 20 && !(await knows(rest)); depth += 1) {
    const layer = LAYERS.find(({ strip }) => strip(rest) !== null);
    if (!layer) break;
    found.set(layer.code, layer.text);
    rest = layer.strip(rest) ?? rest;
  }
  const add = (code: string, what: string) => found.set(code, what);
  if (/\s/.test(rest) && !(await knows(rest))) {
    const joined = rest.replace(/\s+/g, '');
    if (await knows(joined)) {
      add('line_break', 'There is white space within it, as where a terminal broke a long line.');
      rest = joined;
    }
  }
  if (!(await knows(rest))) {
    const pieces = new Set(text.split(SEPARATORS).filter((piece) => piece.length >= MIN_PIECE));
    const hit = await findKnown([...pieces].filter((piece) => piece !== rest && isToken(piece)));
    if (hit !== null) {
      found.clear();
      add('longer_text', 'It stands in a longer text: a client has to be given the token alone.');
      rest = hit;
    }
  }
  if (/(\.\.\.|\u2026)$/.test(rest)) {
    add('cut_short', 'It ends with dots: what it was copied from had cut it short.');
  }
  const findings = [...found].map(([code, about]) => ({ code, text: about }));
  return { bare: rest, instead: whatInstead(rest), findings };
}

function whatInstead(text: string): string | null {
  if (text === '') return 'nothing is left of it';
  const placeholder = PLACEHOLDERS.find(([pattern]) => pattern.test(text));
  if (placeholder) return `it is ${placeholder[1]}`;
  if (isToken(text)) return null;
  if (/\s/.test(text)) return 'it is several words or lines, and a token is one';
  if (/[^\x21-\x7e]/.test(text)) return 'it holds characters that no token has';
  return 'it is longer than any token';
}
