import { type Cleaned, clean } from './clean';
import { type Found, findWords } from './words';

/** What stands between white space and signs, where it is long enough: a token of the ledger may have signs that no word has. */
const PIECE = /(?<![^\s"'`=:,;()<>{}?&])[^\s"'`=:,;()<>{}?&]{16,}/g;

/** A text that was read once for all who ask. */
export interface ReadText {
  readonly cleaned: Cleaned;
  words(): readonly Found[];
  /** Of the text without what cannot be seen, each of 16 characters or more. */
  pieces(): readonly string[];
}

/** Reads a text when it is first asked for what is in it. */
export function readText(text: string): ReadText {
  const cleaned = clean(text);
  let words: readonly Found[] | undefined;
  let pieces: readonly string[] | undefined;
  return {
    cleaned,
    words() {
      words ??= findWords(cleaned.text);
      return words;
    },
    pieces() {
      pieces ??= cleaned.text.match(PIECE) ?? [];
      return pieces;
    },
  };
}
