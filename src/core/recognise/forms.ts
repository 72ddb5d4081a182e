/**
 * Patterns for the first characters of API keys, and of other services' secrets. By chance, about one in a hundred thousand
 * tokens of the service also matches.
 */
const KEY = /^(?:sk[-_]|sandbox-)[\w-]{16,}$/;
const OTHERS =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|npm_|pypi-|hf_|AIza|AKIA|ASIA|SG\.|shpat_|dop_v1_|rk_live_|pk_live_)[\w.-]{16,}$/;

/**
 * Whether a word begins like an API key. Checks only the beginning and the length of the word, because support staff do not have
 * the customer's key to compare with.
 */
export const isKeyForm = (word: string): boolean => KEY.test(word);

/**
 * Whether a word begins like a secret of another service. Even if such a word follows `Bearer`, it is not sent to our service
 * unless the user chooses it.
 */
export const isOthersSecret = (word: string): boolean => OTHERS.test(word);
