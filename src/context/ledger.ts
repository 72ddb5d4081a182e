import type { CliError } from '../core/errors';
import type { LedgerEntry, Minting, Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';

/** What this machine minted within the last day, and what it did with tokens. No method throws, or makes a mint wait. */
export interface Ledger {
  /** Announces a record, so that the code for it is loaded while the program waits for something else. */
  prepare(): void;
  minted(token: Secret, facts: Minting): void;
  used(token: Secret, facts: Use): void;
  /** Null for an unknown token. */
  find(token: Secret): Promise<LedgerEntry | null>;
  /** The first of several tokens that is known. Reads the file once. Null if no token is known. */
  findAny(tokens: Iterable<Secret>): Promise<Secret | null>;
  /** The lengths of tokens that were minted for a server. Empty if unknown. */
  lengthsAt(apiServer: string): Promise<readonly number[]>;
  /** Why the ledger is off. Null if it is on. */
  whyOff(): Promise<'ci' | 'setting' | 'unreadable' | null>;
  /** Why the ledger is on but cannot be written, as the end of a sentence. Null if it can. */
  whyUnwritable(): Promise<string | null>;
  /** Deletes all records. */
  forget(): Promise<void>;
  /**
   * Writes the new records.
   * @returns why they cannot be written, if the user should know: the home folder belongs to another user
   */
  flush(): Promise<CliError | null>;
}
