import { type Cleaned, clean } from './clean';
import { type Found, findWords } from './words';

/**
 * Matches words of at least 16 characters, which are separated by white space and punctuation. All other characters are allowed,
 * because a token that this machine has minted may contain characters that `findWords` does not accept.
 */
const PIECE = /(?<![^\s"'`=:,;()<>{}?&])[^\s"'`=:,;()<>{}?&]{16,}/g;

/** A text without invisible characters, and the words in it. The words are searched for only once, when they are first needed. */
export interface ReadText {
  readonly cleaned: Cleaned;
  words(): readonly Found[];
  /** The words of the cleaned text that match `PIECE`. */
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
