import { DEFAULT_PROFILE } from './profile';
import type { Settings, StoreKind } from './settings';

/** A key that the passphrase encrypts. All texts are base64. */
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

/** The place of a profile's key: a store, or a command that prints the key. */
export type KeyPlace = StoreKind | 'command';

/** What the settings file stores to find a key again. */
export interface Kept {
  /** The name of the keychain entry. */
  readonly account?: string;
  readonly sealed?: Envelope;
  /** The key itself, in the plaintext store only. */
  readonly key?: string;
  /** The command that prints the key, as the user typed it. Present instead of a stored key. */
  readonly command?: string;
}

/** A stored key, and what is known without decrypting it. */
export interface Profile extends Kept {
  readonly store: KeyPlace;
  /** The only server that the key is sent to. */
  readonly origin: string;
  /** The fingerprint of the key at login. Null if the command was not run then. */
  readonly fingerprint: string | null;
  /** ISO 8601, UTC. */
  readonly created_at: string;
}

/** The content of the settings file. */
export interface StoredConfig {
  readonly settings: Settings;
  /** The active profile. */
  readonly profile: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  /**
   * Keychain entries that no profile uses, each with the ID of the process that is about to create or remove it. If that process
   * has ended, they are leftovers.
   */
  readonly leftovers: Readonly<Record<string, number>>;
}

/** The content before anything is stored. */
export const EMPTY_CONFIG: StoredConfig = {
  settings: {},
  profile: DEFAULT_PROFILE,
  profiles: {},
  leftovers: {},
};

/** Finds only own properties, so that `constructor` is an ordinary name. */
export function findProfile(config: StoredConfig, name: string): Profile | undefined {
  return Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined;
}
