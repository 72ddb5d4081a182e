import type { Secret } from '../core/secret';
import type { StoreKind } from '../core/settings';
import type { StoreReport } from '../core/store-report';
import type { Kept, StoredConfig } from '../core/stored-config';

/** The settings and stored keys of this user on this machine. */
export interface Vault {
  /** The number of this process. */
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** The path of the settings file, whether there is one or not. */
  locate(): Promise<string>;
  /** @throws CliError `config_corrupt`, `config_unsafe`, `config_unreadable` */
  read(): Promise<StoredConfig>;
  /**
   * Changes what is stored, one process at a time: `change` gets what is there at that moment.
   * @throws CliError as `read`; `config_unwritable`, `config_locked`
   */
  update(change: (config: StoredConfig) => StoredConfig): Promise<StoredConfig>;
  /** Finds out whether the settings could be changed, and changes nothing. @throws CliError as `update` */
  requireWritable(): Promise<void>;
  /** Removes what a killed writer left behind, which may hold a key. @throws CliError `config_unwritable` */
  tidy(): Promise<void>;
  /** Removes the settings file, whatever is in it. @throws CliError `config_unwritable` */
  discard(): Promise<void>;
  /** What there is in the folder of the settings. Changes nothing, and never fails. */
  report(): Promise<StoreReport>;
  /** The same, its waits ended by that signal. */
  within(signal: AbortSignal): Vault;
  open(kind: StoreKind, passphrase: PassphraseSource): Promise<KeyStore>;
  /** When the key of a profile was used last, as ISO 8601; null when that is not known. */
  lastUsed(profile: string): Promise<string | null>;
  /** Never fails. */
  markUsed(profile: string): void;
  /** Gives what `lastUsed` knows to another profile, or forgets it. Never fails. */
  moveUse(from: string, to: string | null): void;
}

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
