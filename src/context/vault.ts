import type { Secret } from '../core/secret';
import type { StoreKind } from '../core/settings';
import type { StoreReport } from '../core/store-report';
import type { Kept, StoredConfig } from '../core/stored-config';

/** The settings and stored keys of this user on this machine. */
export interface Vault {
  /** The process ID of this process. */
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** The path of the settings file, which may be missing. */
  locate(): Promise<string>;
  /** @throws CliError `config_corrupt`, `config_unsafe`, `config_unreadable` */
  read(): Promise<StoredConfig>;
  /**
   * Changes the settings. Only one process does so at a time; `change` gets the current content.
   * @throws CliError as `read`; `config_unwritable`, `config_locked`
   */
  update(change: (config: StoredConfig) => StoredConfig): Promise<StoredConfig>;
  /** Checks whether the settings can be changed, without changing them. @throws CliError as `update` */
  requireWritable(): Promise<void>;
  /** Removes files of a killed process, which may contain a key. @throws CliError `config_unwritable` */
  tidy(): Promise<void>;
  /** Removes the settings file, also a damaged one. @throws CliError `config_unwritable` */
  discard(): Promise<void>;
  /** Lists what is in the settings folder. Changes nothing and never throws. */
  report(): Promise<StoreReport>;
  /** The same vault, with waits that end when this signal aborts. */
  within(signal: AbortSignal): Vault;
  open(kind: StoreKind, passphrase: PassphraseSource): Promise<KeyStore>;
  /** When the key of a profile was last used, as ISO 8601. Null if unknown. */
  lastUsed(profile: string): Promise<string | null>;
  /** Never throws. */
  markUsed(profile: string): void;
  /** Moves the time of last use to another profile, or deletes it. Never throws. */
  moveUse(from: string, to: string | null): void;
}

/** The profile and server of a key. A store binds the key to both. */
export interface KeyBinding {
  readonly profile: string;
  readonly origin: string;
}

/** A store for API keys. */
export interface KeyStore {
  readonly kind: StoreKind;
  /** Checks whether a key can be stored, without writing. @throws CliError of the store */
  requireUsable(): Promise<void>;
  /** The name that the new entry outside the settings file will have, so that it can be noted before it is created. */
  reserve(binding: KeyBinding): Kept;
  /**
   * Stores a key without changing the existing one, which works until it is removed. If this fails, nothing is stored.
   * @returns what the settings file must contain
   */
  keep(binding: KeyBinding, key: Secret, reserved: Kept): Promise<Kept>;
  /** @throws CliError of the store; `no_key` if it contains no key */
  read(binding: KeyBinding, kept: Kept): Promise<Secret>;
  /** Removes what is stored outside the settings file. A missing entry is no error. */
  remove(kept: Kept): Promise<void>;
}

/**
 * Gets the passphrase of the `passphrase` store.
 * @param purpose `new` asks twice, `existing` once
 */
export interface PassphraseSource {
  /** @throws CliError `prompt_impossible` without a variable and a terminal; errors of an invalid new passphrase */
  requireObtainable(): Promise<void>;
  obtain(purpose: 'new' | 'existing'): Promise<Secret>;
}
