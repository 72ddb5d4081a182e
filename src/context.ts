import type { StartSdkHost } from './api/sdk-host';
import type { StoreKind } from './core/settings';
import type { StoredConfig } from './core/stored-config';
import type { Survey } from './core/survey';
import type { StartEndpoint } from './endpoint/start';
import type { Probes } from './probes';
import type { RunProgram } from './run-program';
import type { StartSandbox } from './sandbox/start';
import type { KeyStore, PassphraseSource } from './store/key-store';
import type { Ledger } from './store/ledger';

/** Everything that reaches outside the program. Built once in context.node.ts; tests build their own. */
export interface Context {
  readonly io: Io;
  readonly env: Environment;
  /** Of Node.js, such as 20.20.2. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** A fraction from 0 up to 1, for jitter. Never used for secrets. */
  readonly random: () => number;
  /** A text that nobody can guess. */
  readonly randomId: () => string;
  /** Aborts with a CliError as its reason: interrupted, terminated, or the deadline. */
  readonly signal: AbortSignal;
  readonly files: Files;
  readonly prompt: Prompter;
  readonly vault: Vault;
  readonly ledger: Ledger;
  readonly loadProbes: () => Promise<Probes>;
  readonly http: Http;
  readonly connect: Connect;
  readonly startSandbox: StartSandbox;
  readonly runProgram: RunProgram;
  readonly startEndpoint: StartEndpoint;
  readonly startSdkHost: StartSdkHost;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Whether colours are wanted here, by NO_COLOR, FORCE_COLOR, TERM and the kind of stream. */
  readonly color: boolean;
  columns(): number;
  rows(): number;
  /**
   * Resolves when the operating system took the text; that is what keeps memory flat.
   * @throws CliError `output_unwritable`; ReaderGone when nobody reads any more.
   */
  write(text: string): Promise<void>;
}

/** Thrown by Output.write when the reader went away (`| head -1`): a quiet end, not an error. */
export class ReaderGone extends Error {}

export interface Input {
  readonly isTerminal: boolean;
  /** All of it as UTF-8, up to `maxBytes`; what comes after is not read. @param onFirst called when some of it is there */
  read(maxBytes: number, signal: AbortSignal, onFirst?: () => void): Promise<string>;
}

export interface Clock {
  /** Milliseconds since 1970. Can jump. */
  now(): number;
  /** Milliseconds since some moment. Never jumps. */
  monotonic(): number;
  /** Calls `callback` once, after `ms`; the returned function cancels. */
  timer(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The file system. Everything here throws its own errors, which are not to be shown. */
export interface Files {
  /** The first `maxBytes` of a file or a pipe, as UTF-8. */
  readText(path: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** The first `maxBytes` of a regular file. */
  readBytes(path: string, maxBytes: number): Promise<Uint8Array>;
  appendText(path: string, text: string): Promise<void>;
  /** Replaces a file as a whole, or leaves it as it was. */
  writeText(path: string, text: string): Promise<void>;
  /** Whether a file could be written there. */
  isWritable(path: string): Promise<boolean>;
}

/**
 * Questions to a person, on standard error. Each returns the answer.
 * @throws CliError `interrupted` when the person cancels; the signal's reason when it aborts
 */
export interface Prompter {
  select<Value extends string>(question: {
    readonly message: string;
    readonly choices: readonly { readonly value: Value; readonly about: string }[];
    readonly default: Value;
  }): Promise<Value>;
  /** @param question.check returns what is wrong with a text, or null */
  input(question: {
    readonly message: string;
    readonly default: string;
    check(text: string): string | null;
  }): Promise<string>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean>;
  /** A text that is not shown while it is typed, whatever is pressed. */
  password(question: {
    readonly message: string;
    check(text: string): string | null;
  }): Promise<string>;
}

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
  survey(): Promise<Survey>;
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

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The most bytes of body that are read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; the values of a repeated header joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Http {
  /**
   * One exchange: no retry, no redirect, no decompression.
   * @throws CliError `dns_failed`, `connection_refused`, `connection_failed`, `connection_reset`, `tls_failed`,
   *   `response_too_large`, `invalid_response`, `proxy_invalid`, `proxy_auth_required`, `proxy_failed`, `ca_file_unusable`; the
   *   signal's reason when it aborts.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Drops the connections that are kept alive. */
  close(): void;
}

export type Connect = (url: URL, options: ConnectOptions) => Promise<Socket>;

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A WebSocket, pulled rather than pushed. */
export interface Socket {
  send(data: string | Uint8Array): Promise<void>;
  /**
   * The next text message.
   * @throws CliError `closed_early` when the peer ended the connection, `connection_lost` when it went silent,
   *   `response_too_large` for one over 1 MiB, `invalid_response` for a frame that breaks the protocol; the signal's reason when it aborts.
   */
  next(): Promise<string>;
  /** Ends the connection, within two seconds whatever the peer does, and sooner once the signal has aborted. */
  close(): Promise<void>;
}
