import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Secret } from '../core/secret';
import type { Settings } from '../core/settings';
import type { Deadline } from '../network/deadline';

/** The server that a command talks to, and the API key for it. */
export interface Target {
  readonly apiServer: string;
  /** Whether the server is an embedded sandbox, which ends with the command. */
  readonly sandbox: boolean;
  /** The profile of the stored key. Null if the key is not stored. */
  readonly profile: string | null;
  /** The user's settings. Empty for a sandbox. */
  readonly settings: Settings;
  /**
   * @param within a deadline that replaces the deadline of the command
   * @throws CliError of the key and its store; `key_for_other_server`
   */
  key(within?: Pick<TargetContext, 'signal' | 'deadline'>): Promise<KeyInUse>;
  close(): Promise<void>;
}

export interface KeyInUse {
  readonly key: Secret;
  /** The source of the key, in a few words. */
  readonly source: string;
}

/** Settings of the embedded sandbox. */
export interface SandboxSettings {
  /** The preferred port. If it is in use, the sandbox gets a free port. */
  readonly port: number;
  readonly allowOrigins: readonly string[];
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio: boolean;
  /**
   * Whether refusals and errors of the sandbox are shown: always, or with --verbose. Default: never, since the command reports
   * them itself.
   */
  readonly shows?: 'always' | 'verbose';
  /** Whether they are shown as JSON. */
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

/** The context of code that works with tokens. */
export interface ServiceContext extends TargetContext {
  /** The name of the running command. */
  readonly name: string;
  /** The server and the key. */
  readonly target: Target;
}

/** The server for which tokens are minted, and the profile of the key. */
export type ServiceTarget = Pick<Target, 'apiServer' | 'profile' | 'sandbox'>;
