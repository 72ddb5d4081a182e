import type { CliError } from '../core/errors';
import type { LedgerEntry, Minting, Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';

/**
 * The list of tokens that this machine minted within the last day, and how they were used. No method throws. No method delays a
 * mint.
 */
export interface Ledger {
  /**
   * Call this method before the first token is recorded. It starts to load the code of the ledger, so that recording takes less
   * time.
   */
  prepare(): void;
  minted(token: Secret, facts: Minting): void;
  used(token: Secret, facts: Use): void;
  /** Returns the entry of a token. Null if the ledger does not contain the token. */
  find(token: Secret): Promise<LedgerEntry | null>;
  /** Returns the first of the tokens that is in the ledger, or null. Reads the file of the ledger only once. */
  findAny(tokens: Iterable<Secret>): Promise<Secret | null>;
  /** Returns the lengths, in characters, of the tokens that a server minted. The list is empty if no such token is recorded. */
  lengthsAt(apiServer: string): Promise<readonly number[]>;
  /** Returns why the ledger is off, or null if it is on. */
  whyOff(): Promise<'ci' | 'setting' | 'unreadable' | null>;
  /** Returns why the ledger is on but cannot be written, as a text without a full stop. Null if the ledger can be written. */
  whyUnwritable(): Promise<string | null>;
  /** Deletes all records. */
  forget(): Promise<void>;
  /**
   * Writes the records that are still in memory.
   * @returns an error if the home folder belongs to another user, otherwise null. Other failures are ignored
   */
  flush(): Promise<CliError | null>;
}
