/** Returns a table of the given ASCII characters. A look-up in the table is fast, even for each character of a long text. */
function setOf(characters: string): Uint8Array {
  const set = new Uint8Array(128);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const WORD = setOf(`${LETTERS}._~+/-`);
const NAME = setOf(`${LETTERS}_-`);
const EQUALS = '='.charCodeAt(0);

/** Whether the character at a position can be a part of a name. */
export const isNameAt = (text: string, at: number): boolean => NAME[text.charCodeAt(at)] === 1;

export interface WordRange {
  readonly at: number;
  readonly end: number;
}

/**
 * Yields the positions of all words with at least `least` characters. `=` is allowed only at the end of a word, as in base64:
 * `name=value` is two words. No regular expression is used, because it would create an object for each short word.
 */
export function* longWords(text: string, least: number): Generator<WordRange> {
  const { length } = text;
  for (let at = 0; at < length; ) {
    let end = at;
    while (end < length && WORD[text.charCodeAt(end)] === 1) end += 1;
    if (end === at) {
      at += 1;
      continue;
    }
    let behind = end;
    while (behind < length && text.charCodeAt(behind) === EQUALS) behind += 1;
    const isPadded = behind - end <= 2 && WORD[text.charCodeAt(behind)] !== 1;
    if (isPadded) end = behind;
    if (end - at >= least) yield { at, end };
    at = behind;
  }
}
