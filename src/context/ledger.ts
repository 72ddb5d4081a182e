import type { CliError } from '../core/errors';
import type { LedgerEntry, Minting, Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';

/** What this machine minted within the last day, and what it did with tokens. Nothing of it fails, or delays who notes. */
export interface Ledger {
  /** Says that something will be noted soon, so that what it takes is loaded while something else is awaited. */
  prepare(): void;
  minted(token: Secret, facts: Minting): void;
  used(token: Secret, facts: Use): void;
  /** Null for a token that nothing is known of. */
  find(token: Secret): Promise<LedgerEntry | null>;
  /** The first of many tokens that something is known of, for which the file is read once; null for none. */
  findAny(tokens: Iterable<Secret>): Promise<Secret | null>;
  /** How long the tokens are that were minted for a server; none where that is not known. */
  lengthsAt(apiServer: string): Promise<readonly number[]>;
  /** Why nothing is noted; null when it is. */
  whyOff(): Promise<'ci' | 'setting' | 'unreadable' | null>;
  /** Why nothing can be noted although it is to be, as the end of a sentence; null when it can. */
  whyUnwritable(): Promise<string | null>;
  /** Removes all that was noted. */
  forget(): Promise<void>;
  /**
   * Writes what was noted since the last time.
   * @returns why nothing is kept, where that is for a person to know: the home is another user's
   */
  flush(): Promise<CliError | null>;
}
