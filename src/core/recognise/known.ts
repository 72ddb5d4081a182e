/** What this machine knows of words. */
export interface Known {
  /** Whether a word is a token of the ledger. */
  isToken(word: string): boolean;
  /** Whether it is an API key. */
  isKey(word: string): boolean;
  /** How long the tokens were that were minted here for the server in question; none where that is not known. */
  readonly lengths?: readonly number[];
}
