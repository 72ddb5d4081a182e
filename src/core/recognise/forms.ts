/** What a word says of itself by how it begins: no token of the service begins so but by a chance of one in a hundred thousand. */
const KEY = /^(?:sk[-_]|sandbox-)[\w-]{16,}$/;
const OTHERS =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|npm_|pypi-|hf_|AIza|AKIA|ASIA|SG\.|shpat_|dop_v1_|rk_live_|pk_live_)[\w.-]{16,}$/;

/** Whether a word begins as API keys do. Somebody who helps another has not that one's key, so that nothing else tells it. */
export const isKeyForm = (word: string): boolean => KEY.test(word);

/** Whether a word is a secret of another service, by its beginning: it is not sent to this one for standing behind `Bearer`. */
export const isOthersSecret = (word: string): boolean => OTHERS.test(word);
