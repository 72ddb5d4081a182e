const MAX_WORD = 4096;
/** A mail program breaks only lines with at least this many characters. So a shorter line is the last line of a broken word. */
const SHORTEST_BROKEN = 50;
const WORD_LINE = /^\r?\n[ \t>]{0,8}([A-Za-z0-9._~+/-]+={0,2})[ \t]*(?=\r?\n|$)/;
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/;

/**
 * Returns the rest of a word that a mail program broke into two lines. Null if there is no rest. A quote must be before the word,
 * and the same quote after the rest. Reason: two tokens on two lines must not become one word.
 */
export function nextLine(text: string, at: number, end: number): string | null {
  if (!isEndOfLine(text, end)) return null;
  const [, rest = '', next = ''] =
    /^\r?\n[ \t]*([A-Za-z0-9._~+/-]+=*)(.?)/.exec(text.slice(end, end + MAX_WORD)) ?? [];
  if (rest === '') return null;
  const quote = text.charAt(at - 1);
  const opened = /["'`]/.test(quote)
    ? quote
    : (/(["'`])(?:authorization\s*:\s*)?bearer\s+$/i.exec(
        text.slice(Math.max(0, at - 40), at),
      )?.[1] ?? null);
  return opened !== null && next === opened ? rest : null;
}

/** Returns the rest of a JWT that was broken into several lines. Null if the word is a complete JWT, or not a JWT. */
export function restOfJwt(text: string, word: string, end: number): string | null {
  if (!isEndOfLine(text, end) || !word.startsWith('eyJ') || JWT.test(word)) return null;
  let rest = '';
  let at = end;
  let isLong = true;
  while (isLong && rest.length < MAX_WORD) {
    const [all = '', piece = ''] = WORD_LINE.exec(text.slice(at, at + MAX_WORD)) ?? [];
    if (piece === '') break;
    rest += piece;
    at += all.length;
    isLong = piece.length >= SHORTEST_BROKEN;
  }
  return JWT.test(word + rest) ? rest : null;
}

/** Whether the next line is a single word, which may be the rest of the word that ends at `end`. */
export function mayContinue(text: string, end: number): boolean {
  if (!isEndOfLine(text, end)) return false;
  const [, piece = ''] = WORD_LINE.exec(text.slice(end, end + MAX_WORD)) ?? [];
  return /\d/.test(piece) && /[A-Za-z]/.test(piece);
}

const isEndOfLine = (text: string, end: number) => /[\r\n]/.test(text.charAt(end));
