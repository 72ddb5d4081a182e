import type { Cause } from './clean';
import { FAULTS, type Fault } from './faults';
import type { Known } from './known';
import type { Found } from './words';

/**
 * A token shorter than all tokens that this machine minted there was cut short. Not for JWTs, whose length depends on their
 * content.
 */
export function tooShort(word: string, { isToken, lengths = [] }: Known): readonly Cause[] {
  const shortest = Math.min(...lengths);
  if (lengths.length === 0 || word.length >= shortest || isToken(word)) return [];
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(word)) return [];
  const message = `The token was cut short: it has ${word.length} characters, and each token minted on this machine for the server has ${shortest} or more.`;
  return [{ code: 'cut_short', message }];
}

/** A header without `Bearer`, which is the most common mistake. */
export function withMissing(causes: readonly Cause[]): readonly Cause[] {
  const has = (code: string) => causes.some((one) => one.code === code);
  return has('header') && !has('bearer_prefix') ? [cause('missing_bearer'), ...causes] : causes;
}

/** What is wrong with one word of a text. */
export function faultsOf(words: readonly Found[], word: string): readonly Cause[] {
  return (words.find((one) => one.word === word)?.faults ?? []).map(cause);
}

export function cause(code: Fault): Cause {
  return { code, message: FAULTS[code] };
}

/** A scheme of another service before a token in a header, where the next word may be a secret of that service. */
const OTHER_SCHEME =
  /(?<!proxy-)\bauthorization\\?["'`]?\s{0,4}[:=,]\s{0,4}\\?["'`]?(?:basic|digest|negotiate|api-?key|key|token|jwt|oauth)\s{1,4}$/i;

/** Reports that the header has another scheme than `Bearer`, if the text before one of the words shows it. */
export function otherScheme(
  text: string,
  words: readonly { readonly word: string }[],
): readonly Cause[] {
  const isBehind = ({ word }: { readonly word: string }) => {
    const at = text.indexOf(word);
    return at > 0 && OTHER_SCHEME.test(text.slice(Math.max(0, at - 60), at));
  };
  return words.some(isBehind) ? [cause('other_scheme')] : [];
}
