import { cause, faultsOf, otherScheme, tooShort, withMissing } from './causes';
import type { Cause } from './clean';
import { FAULTS } from './faults';
import { isOthersSecret } from './forms';
import type { Frame } from './frames';
import type { KnownSecrets } from './known-secrets';
import { LAYERS } from './layers';
import { type ReadText, readText } from './read';
import { emptySlotIn } from './slots';
import { textKindOf } from './text-kind';
import { type Found, findWords, isJoined } from './words';

export interface Candidate {
  readonly word: string;
  /** The kind of text around the word, such as a header. Null if the surrounding text does not show that the word is a token. */
  readonly frame: Frame | null;
}

export interface Recognised {
  /**
   * The token to use without asking the user: a token that this machine has minted, or else the only word whose surrounding text
   * (such as `Bearer`) shows that the word is a token. Null if there is no such word, or if there are several.
   */
  readonly taken: string | null;
  /** Words that may be tokens, each once. Words with a `frame` come first. API keys are not included. */
  readonly candidates: readonly Candidate[];
  /** The API key that was given instead of a token. Null if the text contains no key, or also contains a token. */
  readonly key: string | null;
  /** What the text is if it is not a token, as a clause such as `it is an HTML page`. Null if there are candidates. */
  readonly instead: string | null;
  /** The faults of the text. Faults of the outer parts of the text, such as quotes, come before faults of the inner parts. */
  readonly causes: readonly Cause[];
  /** Whether the text contains more than a token with its usual surroundings, such as quotes and `Bearer`. */
  readonly isWithin: boolean;
}

/** Maximum length of a text from which quotes, `Bearer` and the like are removed. Longer texts are only searched for tokens. */
const MAX_STRIPPED = 8192;
const MAX_TOKEN = 4096;
const MAX_LOOKED_UP = 4000;

/** Removes the texts around a token, such as quotes, one by one. Yields what is left after each step, and the causes so far. */
function* unwrap(
  text: string,
): Generator<{ readonly rest: string; readonly causes: readonly Cause[] }> {
  let rest = text;
  const causes = new Map<string, string>();
  yield { rest, causes: [] };
  for (let depth = 0; depth < 20 && rest.length <= MAX_STRIPPED; depth += 1) {
    const layer = LAYERS.find(({ strip }) => strip(rest) !== null);
    if (!layer) return;
    const hadBearer = causes.has('bearer_prefix');
    rest = layer.strip(rest) ?? rest;
    if (layer.code === 'bearer_prefix' && hadBearer)
      causes.set('bearer_twice', FAULTS.bearer_twice);
    causes.set(layer.code, layer.text);
    yield { rest, causes: [...causes].map(([code, message]) => ({ code, message })) };
  }
}

/** Returns the words of a text that the caller must look up in the ledger before it calls `recognise`. */
export function wordsToLookUp(text: string, read: ReadText = readText(text)): readonly string[] {
  const cleaned = read.cleaned.text;
  const words = new Set<string>([text]);
  for (const { rest } of unwrap(cleaned)) words.add(rest);
  if (cleaned.length <= MAX_STRIPPED) words.add(joined([...unwrap(cleaned)].at(-1)?.rest ?? ''));
  for (const { word } of read.words()) words.add(word);
  for (const piece of read.pieces()) {
    if (words.size >= MAX_LOOKED_UP) break;
    words.add(piece);
  }
  return [...words].filter((word) => word.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(word));
}

/** Yields all words of a long text. `wordsToLookUp` returns only some thousand words, and the token may be a later word. */
export function* moreWordsToLookUp(read: ReadText): Generator<string> {
  const pieces = read.pieces();
  if (pieces.length < MAX_LOOKED_UP / 2) return;
  for (const piece of pieces) {
    if (piece.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(piece)) yield piece;
  }
}

const joined = (text: string) => text.replace(/\s+/g, '');

/**
 * Recognises what a pasted text contains: tokens and their faults, or another kind of text. Takes linear time. Every word in the
 * result comes from the text. A word may be decoded, or joined from several lines.
 */
export function recognise(
  text: string,
  known: KnownSecrets,
  read: ReadText = readText(text),
): Recognised {
  const isKnown = (word: string) => known.isToken(word) || known.isKey(word);
  const cleaned = isKnown(text) ? { text, causes: [] } : read.cleaned;
  const result = (more: Partial<Recognised>, causes: readonly Cause[]): Recognised => ({
    ...{ taken: null, candidates: [], key: null, instead: null, isWithin: false, ...more },
    causes: [
      ...new Map(
        [...cleaned.causes, ...otherScheme(cleaned.text, more.candidates ?? []), ...causes].map(
          (one) => [one.code, one],
        ),
      ).values(),
    ],
  });
  const take = (word: string, frame: Frame, causes: readonly Cause[], isWithin = false) =>
    known.isKey(word)
      ? result({ key: word, isWithin }, [...causes, cause('api_key')])
      : result(
          {
            ...{ taken: word, isWithin },
            candidates: [{ word, frame: known.isToken(word) ? 'ledger' : frame }],
          },
          [...causes, ...tooShort(word, known)],
        );

  let bare = cleaned.text;
  let causes: readonly Cause[] = [];
  for (const layer of unwrap(cleaned.text)) {
    ({ rest: bare, causes } = layer);
    if (isKnown(bare)) return take(bare, 'ledger', withMissing(causes));
  }
  const whole = joined(bare);
  if (whole !== bare && bare.length <= MAX_STRIPPED && isKnown(whole)) {
    return take(whole, 'ledger', [...causes, cause('line_break')]);
  }
  const instead = textKindOf(bare);
  if (instead === null) return recogniseSingle(bare, causes, take);
  const words = read.words();
  const piece =
    words.find(({ word }) => known.isToken(word))?.word ??
    read.pieces().find((one) => known.isToken(one));
  if (piece !== undefined) {
    const isAsKey = words.some(({ word, frame }) => word === piece && frame === 'api_key');
    const more = isAsKey ? [cause('token_as_key')] : [];
    return take(piece, 'ledger', [...faultsOf(words, piece), ...more], true);
  }
  const isKey = ({ word, frame }: Found) => frame === 'api_key' || known.isKey(word);
  const candidates = words
    .filter((one) => !isKey(one))
    .map(({ word, frame }): Candidate => ({ word, frame }));
  const framed = candidates.filter(({ frame }) => frame !== null);
  const [only, second] = framed;
  if (only && !second) {
    const faults = [...faultsOf(words, only.word), ...tooShort(only.word, known)];
    return result({ taken: only.word, candidates, isWithin: true }, faults);
  }
  const key =
    read.pieces().find((one) => known.isKey(one)) ??
    words.find(({ frame }) => frame === 'api_key')?.word;
  if (key !== undefined && framed.length === 0) {
    return result({ key, candidates, isWithin: true }, [cause('api_key')]);
  }
  // A word with unusual characters counts as a token only if the text contains nothing else.
  if (instead.isOneWord && bare === text.trim() && candidates.length < 2 && framed.length === 0) {
    return take(bare, 'alone', causes);
  }
  const slot = framed.length === 0 ? emptySlotIn(cleaned.text) : null;
  if (candidates.length > 0) {
    const foreign = candidates.some(({ word }) => isOthersSecret(word));
    const all = [...(slot?.cause ? [slot.cause] : []), ...(foreign ? [cause('other_secret')] : [])];
    return result({ candidates, isWithin: true }, all);
  }
  if (instead.cause === null && slot) {
    const words = slot.words.replace(/^it is /, 'instead of the token, there is ');
    return result({ instead: words }, slot.cause ? [slot.cause] : []);
  }
  // Report faults around the text, such as quotes, only if the text is empty or was meant as a token (`instead.cause` is set).
  // An HTML page, for example, was not meant as a token.
  const around = instead.cause || bare === '' ? causes : [];
  return result({ instead: instead.words }, [...around, ...(instead.cause ? [instead.cause] : [])]);
}

/** Returns the result for a text that is only a token with its usual surroundings, such as quotes and `Bearer`. */
function recogniseSingle(
  bare: string,
  causes: readonly Cause[],
  take: (word: string, frame: Frame, causes: readonly Cause[]) => Recognised,
): Recognised {
  const [inner] = bare.length >= 40 ? findWords(bare) : [];
  const faults = inner?.faults ?? (/\.\.\.$/.test(bare) ? ['cut_short' as const] : []);
  const isOther = faults.includes('doubled') || faults.includes('base64');
  const has = (code: string) => causes.some((one) => one.code === code);
  const frame = has('bearer_prefix')
    ? 'bearer'
    : has('header')
      ? 'header'
      : has('url')
        ? 'url'
        : has('json') || has('assignment')
          ? 'variable'
          : 'alone';
  if (frame === 'header' && isJoined(bare)) {
    return take(bare.slice('bearer'.length), frame, [...causes, cause('bearer_without_space')]);
  }
  const word = isOther && inner ? inner.word : bare;
  return take(word, frame, [...withMissing(causes), ...faults.map(cause)]);
}
