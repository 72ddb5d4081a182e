import { type Cleaned, clean } from './clean';
import { type Found, findWords } from './words';

/**
 * Matches at least 16 characters between white space and punctuation. Reason: a token in the ledger may contain characters that
 * `findWords` does not accept.
 */
const PIECE = /(?<![^\s"'`=:,;()<>{}?&])[^\s"'`=:,;()<>{}?&]{16,}/g;

/** Parts of a text. Each part is computed once, at its first use. */
export interface ReadText {
  readonly cleaned: Cleaned;
  words(): readonly Found[];
  /** The parts of the cleaned text between white space and punctuation, each with at least 16 characters. */
  pieces(): readonly string[];
}

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
