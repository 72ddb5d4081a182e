import type { Secret } from '../core/secret';
import type { StoreKind } from '../core/settings';
import type { Kept } from '../core/stored-config';

/** Which key: a store binds it to both. */
export interface Place {
  readonly profile: string;
  readonly origin: string;
}

/** A place where API keys are kept. */
export interface KeyStore {
  readonly kind: StoreKind;
  /** Finds out whether a key could be kept, and writes nothing. @throws CliError the store's codes */
  requireUsable(): Promise<void>;
  /** What names the entry that a key will have outside the settings file, so that it can be noted before it is made. */
  reserve(place: Place): Kept;
  /**
   * Keeps a key beside the one that is there, which goes on working until it is removed. When it fails, nothing is kept.
   * @returns what the settings file has to remember
   */
  keep(place: Place, key: Secret, reserved: Kept): Promise<Kept>;
  /** @throws CliError the store's codes; `no_key` when there is none */
  read(place: Place, kept: Kept): Promise<Secret>;
  /** Removes what is kept outside the settings file. That there is nothing is no error. */
  remove(kept: Kept): Promise<void>;
}

/**
 * Obtains the passphrase of the `passphrase` store.
 * @param purpose `new` asks twice, `existing` once
 */
export interface PassphraseSource {
  /** @throws CliError `prompt_impossible` when there is neither a variable nor a terminal; those of a new one that was given */
  requireObtainable(): Promise<void>;
  obtain(purpose: 'new' | 'existing'): Promise<Secret>;
}
