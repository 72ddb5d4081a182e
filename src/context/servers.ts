import type { Secret } from '../core/secret';
import type { Clock } from './clock';

/**
 * Starts a sandbox on this machine.
 * @throws CliError `cannot_listen`, `invalid_value`
 */
export type StartSandbox = (options: {
  readonly port: number;
  readonly apiKey?: Secret | undefined;
  readonly allowOrigins?: readonly string[];
  /** Public origins of the sandbox, if it runs in a container or behind a forwarded port. */
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio?: boolean;
  readonly latencyMs?: number;
  readonly faults?: readonly string[];
  readonly log?: SandboxLog;
}) => Promise<RunningSandbox>;

/**
 * Receives a log entry of a sandbox, as text and as data. The text begins with the time. A log entry contains no key, no token
 * and no query of a URL.
 */
export type SandboxLog = (line: string, entry: SandboxLogEntry) => void;

export interface SandboxLogEntry {
  /** The time, as ISO 8601 in UTC. */
  readonly at: string;
  /** The HTTP method, or `WS` for an event on a WebSocket. */
  readonly method: string;
  /** The pattern of a known call, such as `/transcriptions/:id`. For any other call, the path without the query. */
  readonly path: string;
  /** The HTTP status. 101 means that the WebSocket was accepted. */
  readonly status: number;
  /** The code of the refusal or error, such as `token_readonly`. Null on success. */
  readonly code: string | null;
  /** Why the request was refused, or what happened on the WebSocket. Null if the request succeeded. */
  readonly message: string | null;
}

/** A request that a sandbox answered or refused, or a session that failed. */
export interface SandboxRequest extends Omit<SandboxLogEntry, 'message'> {
  /** The fingerprint of the API key or token in the request. Null if the request contains neither. */
  readonly credential: string | null;
  /** The options of the token, if the request minted a token. */
  readonly options?: {
    readonly access: 'readonly' | 'readwrite';
    readonly lifetime_s: number;
    readonly one_time: boolean;
  };
}

export interface SandboxStats {
  /** The number of HTTP requests and WebSocket upgrades. Downloads of the sample clip are not counted. */
  readonly requests: number;
  readonly mints: number;
  /** The number of requested transcriptions, started or not. A transcription that several clients request counts once. */
  readonly sessions: number;
  /** The number of started transcriptions, which the real service would bill. */
  readonly starts: number;
}

export interface RunningSandbox {
  readonly url: string;
  readonly apiKey: string;
  stats(): SandboxStats;
  requests(): readonly SandboxRequest[];
  fail(...faults: readonly string[]): void;
  reset(): void;
  advance(ms: number): Promise<void>;
  /** Lets the process end even though the sandbox still runs. */
  unref(): void;
  close(): Promise<void>;
}

/**
 * Starts a token endpoint on this machine.
 * @throws CliError `cannot_listen`
 */
export type StartEndpoint = (options: {
  /** The port on 127.0.0.1. With 0, the operating system chooses a free port. */
  readonly port: number;
  /** Public origins of the endpoint, if it runs in a container or behind a forwarded port. */
  readonly publicOrigins?: readonly string[];
  /** Answers a request. Must not reject. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly clock: Clock;
  /** Receives a line for each request that was rejected before `handle` was called. */
  readonly log: (line: string) => void;
}) => Promise<RunningEndpoint>;

export interface RunningEndpoint {
  /** The address of the endpoint, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Stops the server immediately. Requests that are not yet answered are dropped. */
  close(): Promise<void>;
}
