import type { Secret } from '../core/secret';
import type { Clock } from './clock';

/** Starts an emulator of the service on this machine. @throws CliError `cannot_listen`, `invalid_value` */
export type StartSandbox = (options: {
  readonly port: number;
  readonly apiKey?: Secret | undefined;
  readonly allowOrigins?: readonly string[];
  /** Origins under which a forwarded port or a container shows it. */
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio?: boolean;
  readonly latencyMs?: number;
  readonly faults?: readonly string[];
  readonly log?: SandboxLog;
}) => Promise<RunningSandbox>;

/**
 * Receives a log entry of a sandbox: as a line that begins with the time, and as data. Neither contains a key, a token or a
 * query.
 */
export type SandboxLog = (line: string, entry: SandboxLogEntry) => void;

/** An entry of a sandbox's log. */
export interface SandboxLogEntry {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** `WS` for events on a WebSocket. */
  readonly method: string;
  /** The pattern of a known call (`/transcriptions/:id`), otherwise the path. Never the query. */
  readonly path: string;
  /** 101 for an accepted WebSocket. */
  readonly status: number;
  /** The code of a refusal or error, such as `token_readonly`. Null on success. */
  readonly code: string | null;
  /** Why it was refused, or what happened. Null for a request that was answered. */
  readonly message: string | null;
}

/** A request that a sandbox answered or refused, or a session that failed. */
export interface SandboxRequest extends Omit<SandboxLogEntry, 'message'> {
  /** The fingerprint of the API key or token in the request. Null without one. */
  readonly credential: string | null;
  /** The options of a token that was minted. */
  readonly options?: {
    readonly access: 'readonly' | 'readwrite';
    readonly lifetime_s: number;
    readonly one_time: boolean;
  };
}

/** Counters of a sandbox. */
export interface SandboxStats {
  /** HTTP requests and WebSocket upgrades, without those for the clip. */
  readonly requests: number;
  /** Minted tokens. */
  readonly mints: number;
  /** Requested transcriptions, started or not. Joining one does not count. */
  readonly sessions: number;
  /** Started transcriptions: what the real service would bill. */
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
  /** Lets the process end while the sandbox runs. */
  unref(): void;
  close(): Promise<void>;
}

/** Starts a server on this machine. @throws CliError `cannot_listen` */
export type StartEndpoint = (options: {
  /** On 127.0.0.1. 0 picks a free port. */
  readonly port: number;
  /** Origins under which a forwarded port or a container shows it. */
  readonly publicOrigins?: readonly string[];
  /** Answers a request. Never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly clock: Clock;
  /** Logs a line for each request that does not reach `handle`. */
  readonly log: (line: string) => void;
}) => Promise<RunningEndpoint>;

export interface RunningEndpoint {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Stops the server immediately. Requests that are not answered yet are dropped. */
  close(): Promise<void>;
}
