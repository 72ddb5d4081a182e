import type { Cause } from './clean';
import { trimEnds } from './ends';
import { NAME_HINT } from './given-key';
import type { KnownSecrets } from './known-secrets';
import { isKeyName, isTokenName } from './names';
import { type Recognised, recognise } from './recognise';
import { textKindOf } from './text-kind';

/**
 * Names of the texts that are removed around a token, by the code of the fault. The user sees these names. Null if the user needs
 * no note about the removal.
 */
const REMOVED: ReadonlyMap<string, string | null> = new Map([
  ['white_space', null],
  ['line_feed', null],
  ['carriage_return', null],
  ['byte_order_mark', null],
  ['utf16', null],
  ['missing_bearer', null],
  ['bearer_twice', null],
  ['quotes', 'quotes'],
  ['punctuation', 'punctuation'],
  ['assignment', 'the name of the variable'],
  ['curl_line', 'the name of the curl option'],
  ['header', '"Authorization:"'],
  ['bearer_prefix', '"Bearer"'],
  ['json', 'a JSON document'],
  ['url', 'a URL'],
]);

export type GivenToken =
  /** The token, and the names of the texts that were removed around it, for the sentence "Removed: quotes and punctuation." */
  | { readonly kind: 'token'; readonly word: string; readonly removed: readonly string[] }
  /** An API key that was given instead of a token. */
  | { readonly kind: 'key'; readonly word: string }
  /** Another known kind of text. `why` contains full sentences. `hint` says what to do. */
  | { readonly kind: 'other'; readonly why: string; readonly hint?: string | undefined }
  /** A damaged token, or a longer text that contains a token. `why` contains full sentences. */
  | { readonly kind: 'damaged'; readonly why: string }
  /**
   * A text of an unknown kind, after the removal of quotes, `Bearer` and a variable name. It may be a token with unusual
   * characters.
   */
  | { readonly kind: 'unknown'; readonly text: string; readonly removed: readonly string[] };

const HINTS: Readonly<Record<string, string>> = {
  object_as_text: 'Take the text of the token out of the object, usually from its member "token".',
  empty_variable: 'Check why the variable was empty: the request for the token may have failed.',
  masked: 'Logs hide secrets. Take the token from where it was minted: vstoken mint',
  variable_name: NAME_HINT,
  nothing_behind_bearer: 'Check why the variable after "Bearer" was empty.',
};

/**
 * Reads the auth token from a text that a person gave as a token. Removes white space, quotes, `Bearer`, a header, the name of a
 * variable, JSON and a URL around the token. Rejects other texts, and names the same cause as `vstoken inspect`.
 */
export function tokenIn(given: string, known: KnownSecrets): GivenToken {
  const { text, removed } = trimEnds(given);
  if (known.isKey(text)) return { kind: 'key', word: text };
  if (known.isToken(text)) return { kind: 'token', word: text, removed };
  const found = recognise(text, known);
  if (found.key !== null) return { kind: 'key', word: found.key };
  const wrong = found.causes.filter(({ code }) => !REMOVED.has(code));
  if (found.taken !== null) return toGivenToken(text, found, wrong, removed);

  const placeholder = wrong.find(({ code }) => Object.hasOwn(HINTS, code));
  if (placeholder)
    return { kind: 'other', why: placeholder.message, hint: HINTS[placeholder.code] };
  const bare = unwrap(text);
  const more = found.causes.flatMap(({ code }) => REMOVED.get(code) ?? []);
  const instead = textKindOf(bare.text);
  if (instead?.isNamed && bare.text !== '') {
    return {
      kind: 'other',
      why: `I${instead.words.slice(1)}.`,
      hint: HINTS[instead.cause?.code ?? ''],
    };
  }
  const framed = found.candidates.filter(({ frame }) => frame !== null).length;
  if (framed > 1) {
    return {
      kind: 'other',
      why: `There are ${framed} auth tokens in the text. It must contain only one.`,
    };
  }
  const { name } = bare;
  if (name !== null && isKeyName(name)) return { kind: 'key', word: bare.text };
  if (name !== null) {
    return { kind: 'other', why: 'The text sets a variable, but not one for auth tokens.' };
  }
  const hidden = wrong.filter(({ code }) => code !== 'punctuation');
  if (hidden.length > 0) return { kind: 'damaged', why: sentences(hidden) };
  return {
    kind: 'unknown',
    text: bare.text,
    removed: [...removed, ...new Set([...more, ...bare.removed])],
  };
}

function toGivenToken(
  text: string,
  found: Recognised,
  wrong: readonly Cause[],
  removed: readonly string[],
): GivenToken {
  if (wrong.length > 0) return { kind: 'damaged', why: sentences(wrong) };
  const isJson = /^[{[]/.test(text);
  if (found.isWithin && !isJson) {
    return {
      kind: 'damaged',
      why: 'The text contains more than the token. It must be only the token.',
    };
  }
  const told = found.causes.flatMap(({ code }) => REMOVED.get(code) ?? []);
  const all = [...removed, ...told, ...(found.isWithin ? ['a JSON document'] : [])];
  return { kind: 'token', word: found.taken ?? '', removed: [...new Set(all)] };
}

const sentences = (causes: readonly Cause[]) => causes.map(({ message }) => message).join(' ');

/**
 * Matches an assignment to a variable. A token with a `=` rarely matches, because the text before its `=` rarely has the form of
 * a variable name.
 */
const OTHER_NAME = /^(?:export\s+)?([A-Z][A-Z0-9_]{2,})=/;

/**
 * Removes quotes, `Bearer` and the name of a token variable around a word. If the word sets a variable that is not for tokens,
 * returns the name of this variable, too.
 */
function unwrap(text: string): {
  readonly text: string;
  readonly name: string | null;
  readonly removed: readonly string[];
} {
  let rest = text;
  const removed: string[] = [];
  for (let depth = 0; depth < 20; depth += 1) {
    const [, , quoted] = /^(["'`])(.*)\1$/s.exec(rest) ?? [];
    const [bearer] = /^(?:authorization\s*:\s*)?bearer\s+(?=\S)/i.exec(rest) ?? [];
    const [assigned, name = ''] = /^(?:export\s+)?([A-Za-z_]\w*)=(?=.)/s.exec(rest) ?? [];
    if (quoted !== undefined) {
      rest = quoted.trim();
      removed.push('quotes');
    } else if (bearer !== undefined) {
      rest = rest.slice(bearer.length).trim();
      removed.push('"Bearer"');
    } else if (assigned !== undefined && isTokenName(name)) {
      rest = rest.slice(assigned.length).trim();
      removed.push('the name of the variable');
    } else break;
  }
  const [assigned, name = null] = OTHER_NAME.exec(rest) ?? [];
  return { text: assigned === undefined ? rest : rest.slice(assigned.length), name, removed };
}
