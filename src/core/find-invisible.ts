import type { ErrorCode } from './error-codes';
import { CliError } from './errors';
import { invisibleAnd, isPartOfText } from './invisible';

/**
 * Unicode code points in hex, with their names. Control characters have no names in Unicode, so their aliases are used:
 * https://www.unicode.org/Public/UNIDATA/NameAliases.txt
 */
const NAMES =
  '0 NULL,9 CHARACTER TABULATION,a LINE FEED,b LINE TABULATION,c FORM FEED,d CARRIAGE RETURN,1b ESCAPE,7f DELETE,' +
  '85 NEXT LINE,a0 NO-BREAK SPACE,ad SOFT HYPHEN,34f COMBINING GRAPHEME JOINER,61c ARABIC LETTER MARK,' +
  '115f HANGUL CHOSEONG FILLER,1160 HANGUL JUNGSEONG FILLER,1680 OGHAM SPACE MARK,180e MONGOLIAN VOWEL SEPARATOR,' +
  '2000 EN QUAD,2001 EM QUAD,2002 EN SPACE,2003 EM SPACE,2004 THREE-PER-EM SPACE,2005 FOUR-PER-EM SPACE,' +
  '2006 SIX-PER-EM SPACE,2007 FIGURE SPACE,2008 PUNCTUATION SPACE,2009 THIN SPACE,200a HAIR SPACE,' +
  '200b ZERO WIDTH SPACE,200c ZERO WIDTH NON-JOINER,200d ZERO WIDTH JOINER,200e LEFT-TO-RIGHT MARK,' +
  '200f RIGHT-TO-LEFT MARK,2028 LINE SEPARATOR,2029 PARAGRAPH SEPARATOR,202a LEFT-TO-RIGHT EMBEDDING,' +
  '202b RIGHT-TO-LEFT EMBEDDING,202c POP DIRECTIONAL FORMATTING,202d LEFT-TO-RIGHT OVERRIDE,' +
  '202e RIGHT-TO-LEFT OVERRIDE,202f NARROW NO-BREAK SPACE,205f MEDIUM MATHEMATICAL SPACE,2060 WORD JOINER,' +
  '2061 FUNCTION APPLICATION,2062 INVISIBLE TIMES,2063 INVISIBLE SEPARATOR,2064 INVISIBLE PLUS,' +
  '2066 LEFT-TO-RIGHT ISOLATE,2067 RIGHT-TO-LEFT ISOLATE,2068 FIRST STRONG ISOLATE,2069 POP DIRECTIONAL ISOLATE,' +
  '206a INHIBIT SYMMETRIC SWAPPING,206b ACTIVATE SYMMETRIC SWAPPING,206c INHIBIT ARABIC FORM SHAPING,' +
  '206d ACTIVATE ARABIC FORM SHAPING,206e NATIONAL DIGIT SHAPES,206f NOMINAL DIGIT SHAPES,3164 HANGUL FILLER,' +
  'feff ZERO WIDTH NO-BREAK SPACE,ffa0 HALFWIDTH HANGUL FILLER';

/** Control characters and unusual spaces, written as in a character class of a regular expression. */
const INVISIBLE = '\\x00-\\x1f\\x7f-\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f';

/**
 * Returns the name and position of the first invisible character that is not a normal part of the text (see `isPartOfText`). Null
 * if the text contains no such character.
 */
export function invisibleIn(text: string): string | null {
  if (/^[\x20-\x7e]*$/.test(text)) return null;
  for (const { index } of text.matchAll(invisibleAnd(INVISIBLE))) {
    if (isPartOfText(text, index)) continue;
    const place = [...text.slice(0, index)].length + 1;
    return `${nameOf(text.codePointAt(index) ?? 0)} at position ${place}`;
  }
  return null;
}

/**
 * Throws a CliError with `code` if a text contains an invisible character. The message names the character, and does not quote
 * the text.
 */
export function requireVisible(
  text: string,
  source: string,
  code: ErrorCode = 'invalid_value',
): void {
  const unseen = invisibleIn(text);
  if (unseen === null) return;
  throw new CliError(code, `${source} contains an invisible character: ${unseen}.`, {
    hint: 'The character often comes from a copied text, or from a file with the line breaks of Windows. Type the value again.',
  });
}

function nameOf(point: number): string {
  const code = point.toString(16);
  const found = NAMES.split(',').find((entry) => entry.startsWith(`${code} `));
  const name = found?.slice(code.length + 1) ?? (point < 0xa0 ? 'control' : 'invisible character');
  return `${name} (U+${code.toUpperCase().padStart(4, '0')})`;
}
