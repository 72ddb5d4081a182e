import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Secret } from '../core/secret';
import type { Settings } from '../core/settings';
import type { Deadline } from '../network/deadline';

/** The server that a command calls, and the API key for the server. */
export interface Target {
  readonly apiServer: string;
  /** Whether the server is an embedded sandbox, which ends with the command. */
  readonly sandbox: boolean;
  /** The profile of the key. Null if the key comes from another source. */
  readonly profile: string | null;
  /** The user's settings. Empty for a sandbox. */
  readonly settings: Settings;
  /**
   * Reads the API key.
   * @param within the signal and the deadline to use instead of those of the command
   * @throws CliError if the key cannot be read; `key_for_other_server` if the key is stored for another server
   */
  key(within?: Pick<TargetContext, 'signal' | 'deadline'>): Promise<KeyInUse>;
  close(): Promise<void>;
}

export interface KeyInUse {
  readonly key: Secret;
  /** The source of the key in a few words, such as `profile work, keychain`. */
  readonly source: string;
}

export interface SandboxSettings {
  /** The preferred port. If it is in use, the sandbox gets a free port. */
  readonly port: number;
  readonly allowOrigins: readonly string[];
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio: boolean;
  /**
   * When refusals and errors of the sandbox are shown: always, or only with --verbose. Default: never, because the command itself
   * reports them.
   */
  readonly shows?: 'always' | 'verbose';
  /** Whether refusals and errors are shown as JSON. */
  readonly json?: boolean;
}

/** The options that choose the server and the key. */
export interface TargetChoice {
  readonly profile?: string | undefined;
  readonly apiServer?: string | undefined;
  readonly sandbox?: boolean;
}

export interface TargetContext extends Context {
  readonly deadline: Deadline;
  readonly notes: Notes;
}

/** The context of code that mints or uses tokens. */
export interface ServiceContext extends TargetContext {
  /** The name of the running command. */
  readonly name: string;
  readonly target: Target;
}

/** The server for which tokens are minted, and the profile of the key. */
export type ServiceTarget = Pick<Target, 'apiServer' | 'profile' | 'sandbox'>;
