import { decodeEscapes, fold, foldedText, shortenRedactions } from './fold';
import { formsOfSecret } from './secret-forms';
import { createPieceSet, PIECE } from './secret-pieces';

/**
 * Minimum number of characters of a secret on each side of an ellipsis. With so many characters, as in `abcd…wxyz`, the text
 * counts as a shortened secret.
 */
const END = 4;
/** Minimum number of `x` in a row that count as an ellipsis. */
const LEAST_X = 3;
const X = 'x'.charCodeAt(0);
/**
 * Minimum number of letters and digits in 12 characters of a secret. With fewer, the characters are not searched for, because
 * ordinary texts may also contain them: for example, a line of dashes.
 */
const MIN_LETTERS = 6;
const isRare = (piece: string) => !/\s/.test(piece) && foldedText(piece).length >= MIN_LETTERS;
/** Maximum number of times that a text is decoded. One time is not enough, because a text may be escaped several times. */
const MAX_ESCAPED = 3;

export interface SecretMatcher {
  /** Adds a secret with at least 12 characters. */
  learn(value: string): void;
  /** Whether a text contains 12 characters of a secret in a row, or an ellipsis with 4 characters of a secret on each side. */
  repeats(text: string): boolean;
}

/**
 * Where four characters occur in a secret. The secret is in one encoding, such as plain text or base64, and has only letters and
 * digits. `form` is the number of this encoded secret, `first` is the position of the first occurrence, and `last` the position
 * of the last occurrence.
 */
interface EndPositions {
  readonly form: number;
  readonly first: number;
  last: number;
}

/**
 * Creates a matcher that finds secrets in texts: in any letter case, with other characters between the letters, and in the usual
 * encodings. Takes linear time for any text.
 */
export function createSecretMatcher(): SecretMatcher {
  const letters = createPieceSet();
  const characters = createPieceSet();
  const ends = new Map<string, EndPositions[]>();
  /**
   * Secrets with fewer than 12 letters and digits, in lower case. Texts are searched for the complete secret, because `letters`
   * finds only sequences of 12 letters and digits.
   */
  const wholes: string[] = [];
  let forms = 0;

  function learnEnds(text: string) {
    forms += 1;
    for (let at = 0; at + END <= text.length; at += 1) {
      const piece = text.slice(at, at + END);
      const known = ends.get(piece) ?? [];
      const own = known.at(-1);
      if (own?.form === forms) own.last = at;
      else known.push({ form: forms, first: at, last: at });
      ends.set(piece, known);
    }
  }

  function learnForms(value: string) {
    const { shortenable, others } = formsOfSecret(value);
    const folded = shortenable.map(foldedText);
    for (const form of [...folded, ...others.map(foldedText)]) letters.learn(form);
    for (const form of folded) learnEnds(form);
    const small = value.toLowerCase();
    const count = foldedText(value).length;
    // If the secret has only letters and digits, `letters` already contains it.
    if (count < small.length) characters.learn(small, isRare);
    if (count < PIECE) wholes.push(small);
  }

  function isCut(before: string, after: string): boolean {
    const beginnings = ends.get(before);
    if (!beginnings) return false;
    const lastOf = new Map(ends.get(after)?.map(({ form, last }) => [form, last]));
    return beginnings.some(({ form, first }) => first + END <= (lastOf.get(form) ?? 0));
  }

  function hasLetters(text: string): boolean {
    let before = '';
    let missing = 0;
    let isFound = false;
    let xs = 0;
    let beforeXs = '';
    letters.reset();
    const expectEnd = (beginning: string) => {
      before = beginning;
      missing = before.length === END ? END : 0;
    };
    const onLetter = (code: number) => {
      if (code === X) {
        if (xs === 0) beforeXs = letters.tail(END);
        xs += 1;
      } else {
        if (xs >= LEAST_X) expectEnd(beforeXs);
        xs = 0;
      }
      if (letters.push(code)) isFound = true;
      if (missing === 0) return;
      missing -= 1;
      if (missing === 0 && isCut(before, letters.tail(END))) isFound = true;
    };
    fold(text, onLetter, () => expectEnd(letters.tail(END)));
    return isFound;
  }

  function hasCharacters(text: string): boolean {
    if (characters.isEmpty() && wholes.length === 0) return false;
    const small = text.toLowerCase();
    characters.reset();
    for (let at = 0; at < small.length; at += 1) {
      if (characters.push(small.charCodeAt(at))) return true;
    }
    return wholes.some((whole) => small.includes(whole));
  }

  return {
    learn(value) {
      const plain = decodeEscapes(value);
      if (plain !== value && plain.length >= PIECE) learnForms(plain);
      learnForms(value);
    },
    repeats(text) {
      let shown = text;
      for (let round = 0; round <= MAX_ESCAPED; round += 1) {
        if (hasLetters(shown) || hasCharacters(shown)) return true;
        const shortened = shortenRedactions(shown);
        if (shortened !== shown && hasLetters(shortened)) return true;
        const decoded = decodeEscapes(shown);
        if (decoded === shown) return false;
        shown = decoded;
      }
      return false;
    },
  };
}
