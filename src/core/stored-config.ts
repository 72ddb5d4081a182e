import { DEFAULT_PROFILE } from './profile';
import type { Settings, StoreKind } from './settings';

/** An API key that is encrypted with the passphrase. All texts are base64. */
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

/** The source of a profile's key: a store, or a command that prints the key. */
export type KeyStorage = StoreKind | 'command';

/** The members of a profile that contain the key, or that are needed to get the key. */
export interface KeyRecord {
  /** The name of the keychain entry. Only the keychain store uses this member. */
  readonly account?: string;
  readonly sealed?: Envelope;
  /** The key itself. Only the plaintext store uses this member. */
  readonly key?: string;
  /** The command that prints the key, as the user typed it. Set only if the key is not stored. */
  readonly command?: string;
}

/** A profile: the members for its API key, and facts that can be read without decrypting the key. */
export interface Profile extends KeyRecord {
  readonly store: KeyStorage;
  /** The only server that the key is sent to. */
  readonly origin: string;
  /** The fingerprint of the key at login. Null if the command that prints the key was not run at login. */
  readonly fingerprint: string | null;
  /** Time in ISO 8601 and UTC. */
  readonly created_at: string;
}

export interface StoredConfig {
  readonly settings: Settings;
  /** The name of the active profile. */
  readonly profile: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  /**
   * Keychain entries that no profile uses. The number is the ID of the process that is about to create or remove the entry. If
   * this process has ended, the entry is a leftover.
   */
  readonly leftovers: Readonly<Record<string, number>>;
}

export const EMPTY_CONFIG: StoredConfig = {
  settings: {},
  profile: DEFAULT_PROFILE,
  profiles: {},
  leftovers: {},
};

/** Finds only own properties, so that `constructor` can be the name of a profile. */
export function findProfile(config: StoredConfig, name: string): Profile | undefined {
  return Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
}
