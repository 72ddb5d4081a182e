/**
 * Patterns for the first characters of API keys, and of other services' secrets. By chance, about one in a hundred thousand
 * tokens of the service also matches.
 */
const KEY = /^(?:sk[-_]|sandbox-)[\w-]{16,}$/;
const OTHERS =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|npm_|pypi-|hf_|AIza|AKIA|ASIA|SG\.|shpat_|dop_v1_|rk_live_|pk_live_)[\w.-]{16,}$/;

/**
 * Whether a word begins like an API key. This check needs no list of keys, because support staff do not have the customer's key.
 */
export const isKeyForm = (word: string): boolean => KEY.test(word);

/**
 * Whether a word begins like a secret of another service. Such a word is never sent to our service, even if it follows `Bearer`.
 */
export const isOthersSecret = (word: string): boolean => OTHERS.test(word);
