/** Recognises words by their first characters. A token of the service starts so by chance once in a hundred thousand. */
const KEY = /^(?:sk[-_]|sandbox-)[\w-]{16,}$/;
const OTHERS =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|npm_|pypi-|hf_|AIza|AKIA|ASIA|SG\.|shpat_|dop_v1_|rk_live_|pk_live_)[\w.-]{16,}$/;

/** Whether a word begins like an API key. Support staff do not have the customer's key, so only its form shows it. */
export const isKeyForm = (word: string): boolean => KEY.test(word);

/** Whether a word begins like a secret of another service. Such a word is not sent to our service, even after `Bearer`. */
export const isOthersSecret = (word: string): boolean => OTHERS.test(word);
