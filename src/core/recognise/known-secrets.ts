/** What this machine has recorded about tokens and API keys. */
export interface KnownSecrets {
  /** Whether the ledger (the list of tokens that this machine minted) contains the word. */
  isToken(word: string): boolean;
  /** Whether the word is an API key of this machine. In `vstoken inspect`, also whether the word only begins like an API key. */
  isKey(word: string): boolean;
  /** The lengths of tokens that were minted on this machine for the API server in use, in characters. Empty if unknown. */
  readonly lengths?: readonly number[];
}
