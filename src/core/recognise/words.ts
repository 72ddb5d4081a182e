import { decode, isEncoded, type Run } from './decode';
import type { Fault } from './faults';
import { isOthersSecret } from './forms';
import { type FoundFrame, type Frame, frameOf } from './frames';
import { mayContinue, nextLine, restOfJwt } from './lines';
import { longWords } from './scan';

/** A word that may be a token, and its faults. */
export interface Found {
  readonly word: string;
  /** The kind of text around the word, such as a header. Null if the surrounding text does not show that the word is a token. */
  readonly frame: Frame | null;
  readonly faults: readonly Fault[];
}

const MIN_WORD = 20;
const MAX_WORD = 4096;
/**
 * Maximum number of words that may be the token, if no text around them, such as `Bearer`, shows which word it is. The user must
 * choose the token from these words, which would be too difficult in a longer list.
 */
const MAX_FOUND = 200;

/** Matches `Bearer` directly before a token: the space between them is missing. */
const JOINED = /^bearer(?=[A-Za-z0-9._~+/-]{20})/i;
/** Matches the end of a line and the quote after it. The end is a line break or the escape sequence of a line break. */
const ENDS_LINE = /^(?:\r?\n|(?:\\r)?\\n)\\?["'`]/;

/** Whether a word is `Bearer` and a token without the space between them. */
export const isJoined = (word: string) => JOINED.test(word);

const isLong = (word: string) => word.length >= MIN_WORD && word.length <= MAX_WORD;

/** Matches words that are not tokens: names in programs, paths and hosts. */
const NO_TOKEN =
  /^(?:[A-Za-z_]+(?:[.][A-Za-z_]+)+|[A-Z]+(?:_[A-Z]+)+|[a-z]+(?:[-_.][a-z]+)+|[a-z]+(?:[A-Z][a-z]+)+|(?:[A-Z][a-z]+)+-(?:[A-Z][a-z]+)+|[.~]{0,2}\/.*\/.*|\/\/.*)$/;

/** Whether a word could be a token by its form: it has digits and letters, and 16 characters in a row without punctuation. */
const mayBeToken = (word: string) =>
  /\d/.test(word) && /[A-Za-z]/.test(word) && /[A-Za-z0-9_-]{16}/.test(word);

/** Returns the words of a text that may be tokens or API keys, each once. Words with a `frame` come first. Takes linear time. */
export function findWords(text: string): readonly Found[] {
  const found = new Map<string, Found>();
  const { decoded, places } = decode(text);
  for (const { at: index, end } of longWords(decoded, MIN_WORD)) {
    if (end - index > 2 * MAX_WORD) continue;
    const raw = decoded.slice(index, end);
    if (found.size >= 2 * MAX_FOUND && !found.has(raw)) continue;
    const framing = frameOf(decoded, index, end);
    if (!framing && found.size >= MAX_FOUND) continue;
    for (const one of read(decoded, raw, index, framing, places)) {
      const known = found.get(one.word);
      const isBetter = one.frame === 'api_key' || (one.frame !== null && known?.frame === null);
      if (known ? isBetter : found.size < (one.frame === null ? 1 : 2) * MAX_FOUND)
        found.set(one.word, one);
    }
  }
  const all = [...found.values()];
  return [...all.filter(({ frame }) => frame !== null), ...all.filter(({ frame }) => !frame)];
}

function read(
  text: string,
  raw: string,
  at: number,
  framing: FoundFrame | null,
  places: readonly Run[],
): readonly Found[] {
  const bare = raw.replace(/\.+$/, '');
  const end = at + raw.length;
  if (framing?.fault === 'missing_bearer' && isJoined(bare)) {
    const rest = bare.replace(JOINED, '');
    const joined: FoundFrame = { frame: framing.frame };
    return foundWords(rest, joined, ['bearer_without_space'], text.charAt(end));
  }
  const faults: Fault[] = framing?.fault ? [framing.fault] : [];
  if (isEncoded(places, at, bare.length)) faults.push('percent_encoding');
  if (raw.length - bare.length > 1 || text.charAt(end) === '\u2026') faults.push('cut_short');
  if (framing && ENDS_LINE.test(text.slice(end, end + 6))) faults.push('line_feed');
  const half = bare.slice(0, bare.length / 2);
  if (half.length >= MIN_WORD && half + half === bare) {
    return foundWords(half, framing, [...faults, 'doubled'], text.charAt(end));
  }
  const rest = nextLine(text, at, end) ?? (framing && restOfJwt(text, bare, end));
  if (rest !== null) return foundWords(bare + rest, framing, [...faults, 'line_break'], '');
  if (framing && mayContinue(text, end)) faults.push('line_goes_on');
  const inner = fromBase64(bare);
  if (inner !== null) return foundWords(inner, framing, [...faults, 'base64'], '');
  return foundWords(bare, framing, faults, text.charAt(end));
}

function foundWords(
  word: string,
  framing: FoundFrame | null,
  faults: readonly Fault[],
  next: string,
): readonly Found[] {
  if (!isLong(word) || NO_TOKEN.test(word) || next === '(' || next === '[') return [];
  if (framing && !isOthersSecret(word)) return [{ word, frame: framing.frame, faults }];
  return mayBeToken(word) ? [{ word, frame: null, faults }] : [];
}

/**
 * Decodes a word that is a token in base64. Null for almost any other word, because other words rarely decode to visible text.
 */
function fromBase64(word: string): string | null {
  if (word.length < 28 || word.length % 4 === 1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(word))
    return null;
  try {
    const text = atob(word)
      .replace(/^Bearer /, '')
      .replace(/\r?\n$/, '');
    return isLong(text) && /^[A-Za-z0-9._~+/=-]+$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
