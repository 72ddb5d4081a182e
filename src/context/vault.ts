import type { Secret } from '../core/secret';
import type { StoreKind } from '../core/settings';
import type { StoreReport } from '../core/store-report';
import type { KeyRecord, StoredConfig } from '../core/stored-config';

/** The settings and stored keys of this user on this machine. */
export interface Vault {
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** Returns the path of the settings file. The file may be missing. */
  locate(): Promise<string>;
  /**
   * Reads the settings.
   * @throws CliError `config_corrupt`, `config_unsafe`, `config_unreadable`
   */
  read(): Promise<StoredConfig>;
  /**
   * Changes the settings. Only one process at a time can change them. `change` receives the current settings.
   * @throws CliError `config_unwritable`, `config_locked`, and the errors of `read`
   */
  update(change: (config: StoredConfig) => StoredConfig): Promise<StoredConfig>;
  /**
   * Checks whether the settings can be changed, without changing them.
   * @throws the errors of `update`
   */
  requireWritable(): Promise<void>;
  /**
   * Removes temporary files of a process that was killed. They may contain a key.
   * @throws CliError `config_unwritable`
   */
  cleanUp(): Promise<void>;
  /**
   * Removes the settings file, even if it is damaged.
   * @throws CliError `config_unwritable`
   */
  discard(): Promise<void>;
  /** Describes the content of the settings folder. Changes nothing. Never throws. */
  report(): Promise<StoreReport>;
  /** Returns the same vault with another signal. The returned vault stops waiting when that signal aborts. */
  withSignal(signal: AbortSignal): Vault;
  open(kind: StoreKind, passphrase: PassphraseSource): Promise<KeyStore>;
  /** Returns when the key of a profile was last used, as ISO 8601. Null if unknown. */
  lastUsed(profile: string): Promise<string | null>;
  /** Records that the key of a profile is used now. Never throws. */
  markUsed(profile: string): void;
  /** Moves the time of last use to another profile. Deletes the time if `to` is null. Never throws. */
  moveUse(from: string, to: string | null): void;
}

/** The profile and the server for which a key is stored. */
export interface KeyBinding {
  readonly profile: string;
  readonly origin: string;
}

export interface KeyStore {
  readonly kind: StoreKind;
  /**
   * Checks whether a key can be stored, but does not store a key.
   * @throws CliError if the store cannot be used
   */
  requireUsable(): Promise<void>;
  /**
   * Chooses the name of a new entry in a store outside the settings file, such as the keychain. The caller records the name
   * before the entry is created. So the entry can be found and removed even if this process is killed.
   */
  reserve(binding: KeyBinding): KeyRecord;
  /**
   * Stores a key. The existing key remains usable until `remove` is called. If storing fails, nothing is stored.
   * @returns the record of the key, for the settings file
   */
  keep(binding: KeyBinding, key: Secret, reserved: KeyRecord): Promise<KeyRecord>;
  /**
   * Reads a stored key.
   * @throws CliError if the store fails; `no_key` if the store does not contain the key
   */
  read(binding: KeyBinding, kept: KeyRecord): Promise<Secret>;
  /** Removes the entry in a store outside the settings file, such as the keychain. A missing entry is not an error. */
  remove(kept: KeyRecord): Promise<void>;
}

/** Provides the passphrase for the store `passphrase`, which keeps keys encrypted. */
export interface PassphraseSource {
  /**
   * Checks that `obtain` can get a passphrase from the environment or from the terminal. Does not ask for the passphrase.
   * @throws CliError `prompt_impossible` if the passphrase is not in its environment variable and there is no terminal; the error
   * for an invalid new passphrase in this variable
   */
  requireObtainable(): Promise<void>;
  /** Returns the passphrase. If the user has to type it, asks twice for a new passphrase, and once for an existing one. */
  obtain(purpose: 'new' | 'existing'): Promise<Secret>;
}
