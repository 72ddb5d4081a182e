import { type Cleaned, clean } from './clean';
import { type Found, findWords } from './words';

/** Long enough text between white space and punctuation: a token in the ledger may contain characters that words lack. */
const PIECE = /(?<![^\s"'`=:,;()<>{}?&])[^\s"'`=:,;()<>{}?&]{16,}/g;

/** The parts of a text, computed once. */
export interface ReadText {
  readonly cleaned: Cleaned;
  words(): readonly Found[];
  /** Of the text without invisible characters, each at least 16 characters long. */
  pieces(): readonly string[];
}

/** Reads each part of a text on first use. */
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
