/** What this machine knows about the words of a text. */
export interface Known {
  /** Whether the ledger has this word as a token. */
  isToken(word: string): boolean;
  /** Whether it is an API key in use here. */
  isKey(word: string): boolean;
  /** The lengths of tokens that were minted here for the server. Empty if unknown. */
  readonly lengths?: readonly number[];
}
