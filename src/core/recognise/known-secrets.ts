/** What this machine has recorded about tokens and API keys. */
export interface KnownSecrets {
  /** Whether the ledger contains this word as a token. */
  isToken(word: string): boolean;
  /** Whether the word is an API key that is used on this machine. */
  isKey(word: string): boolean;
  /** The lengths of tokens that were minted on this machine for the API server in use, in characters. Empty if unknown. */
  readonly lengths?: readonly number[];
}
