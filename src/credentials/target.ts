import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Secret } from '../core/secret';
import type { Settings } from '../core/settings';
import type { Deadline } from '../network/deadline';

/** The server that a command talks to, and the key that it would use there. */
export interface Target {
  readonly apiServer: string;
  /** Whether the server is this process's own and is gone when the command ends. */
  readonly sandbox: boolean;
  /** The name of the stored key's profile; null for a key that is not stored. */
  readonly profile: string | null;
  /** What a person has set; nothing of it counts in a sandbox. */
  readonly settings: Settings;
  /**
   * @param within another deadline than the command's
   * @throws CliError the key's and the stores' codes, and `key_for_other_server`
   */
  key(within?: Pick<TargetContext, 'signal' | 'deadline'>): Promise<KeyInUse>;
  close(): Promise<void>;
}

export interface KeyInUse {
  readonly key: Secret;
  /** Where it came from, in a few words. */
  readonly source: string;
}

/** How the sandbox of --sandbox is to run. */
export interface SandboxSettings {
  /** Taken where it is free. */
  readonly port: number;
  readonly allowOrigins: readonly string[];
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio: boolean;
  /** Whether its refusals and errors are shown: always, or under --verbose. Default: never, since the command tells them itself. */
  readonly shows?: 'always' | 'verbose';
  /** Whether they are shown as JSON. */
  readonly json?: boolean;
}

/** What the command line says of the server and the key. */
export interface TargetChoice {
  readonly profile?: string | undefined;
  readonly apiServer?: string | undefined;
  readonly sandbox?: boolean;
}

export interface TargetContext extends Context {
  readonly deadline: Deadline;
  readonly notes: Notes;
}

/** What works with tokens gets. */
export interface ServiceContext extends TargetContext {
  /** Of the command that runs. */
  readonly name: string;
  /** The server and the key; opened on first use. */
  readonly target: Target;
}

/** Where the service is, and whose key it is that mints there. */
export type ServiceTarget = Pick<Target, 'apiServer' | 'profile' | 'sandbox'>;
