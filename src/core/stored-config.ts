import { DEFAULT_PROFILE } from './profile';
import type { Settings, StoreKind } from './settings';

/** A key as `passphrase` keeps it. Everything but the numbers is base64. */
export interface Envelope {
  readonly v: 1;
  readonly kdf: 'scrypt';
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

/** Where the key of a profile is: in a store, or with whatever a command asks for it. */
export type KeyPlace = StoreKind | 'command';

/** What a store needs of the settings file to find a key again. */
export interface Kept {
  /** Of the keychain: the name of its entry. */
  readonly account?: string;
  readonly sealed?: Envelope;
  /** The key itself, of the plaintext store alone. */
  readonly key?: string;
  /** That prints the key, as it was typed; instead of a store. */
  readonly command?: string;
}

/** A stored key, and what is known of it without reading it. */
export interface Profile extends Kept {
  readonly store: KeyPlace;
  /** The only server that the key is sent to. */
  readonly origin: string;
  /** Of the key at the login; null where a command was not run then. */
  readonly fingerprint: string | null;
  /** ISO 8601, UTC. */
  readonly created_at: string;
}

/** What the settings file holds. */
export interface StoredConfig {
  readonly settings: Settings;
  /** The profile that is used when none is named. */
  readonly profile: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  /**
   * Entries of the keychain that no profile names, with the number of the process that is to make or remove them. They are
   * leftovers once that is gone.
   */
  readonly leftovers: Readonly<Record<string, number>>;
}

/** What is stored where nothing was ever stored. */
export const EMPTY_CONFIG: StoredConfig = {
  settings: {},
  profile: DEFAULT_PROFILE,
  profiles: {},
  leftovers: {},
};

/** Names such as `constructor` are names like others. */
export function findProfile(config: StoredConfig, name: string): Profile | undefined {
  return Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
}
