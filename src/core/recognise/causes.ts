import type { Cause } from './clean';
import { FAULTS, type Fault } from './faults';
import type { KnownSecrets } from './known-secrets';
import type { Found } from './words';

/**
 * Reports that a token was cut short, if it is shorter than every token that this machine minted for the API server in use. Does
 * not report a JWT, because the length of a JWT depends on its content.
 */
export function tooShort(word: string, { isToken, lengths = [] }: KnownSecrets): readonly Cause[] {
  const shortest = Math.min(...lengths);
  if (lengths.length === 0 || word.length >= shortest || isToken(word)) return [];
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(word)) return [];
  const message = `The token was cut short: it has ${word.length} characters, and each token minted on this machine for the server has ${shortest} or more.`;
  return [{ code: 'cut_short', message }];
}

/**
 * Adds the cause `missing_bearer` if the text was an Authorization header without `Bearer`. This cause comes first, because a
 * missing `Bearer` is the most common mistake.
 */
export function withMissing(causes: readonly Cause[]): readonly Cause[] {
  const has = (code: string) => causes.some((one) => one.code === code);
  return has('header') && !has('bearer_prefix') ? [cause('missing_bearer'), ...causes] : causes;
}

export function faultsOf(words: readonly Found[], word: string): readonly Cause[] {
  return (words.find((one) => one.word === word)?.faults ?? []).map(cause);
}

export function cause(code: Fault): Cause {
  return { code, message: FAULTS[code] };
}

/** Matches a scheme other than `Bearer` before a credential in a header. The credential may be a secret of another service. */
const OTHER_SCHEME =
  /(?<!proxy-)\bauthorization\\?["'`]?\s{0,4}[:=,]\s{0,4}\\?["'`]?(?:basic|digest|negotiate|api-?key|key|token|jwt|oauth)\s{1,4}$/i;

/**
 * Reports that the header has a scheme other than `Bearer`, if such a scheme is directly before one of the words that may be
 * tokens.
 */
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
