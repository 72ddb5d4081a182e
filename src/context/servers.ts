import type { Secret } from '../core/secret';
import type { Clock } from './clock';

/** Runs an emulator of the service on this machine. @throws CliError `cannot_listen`, `invalid_value` */
export type StartSandbox = (options: {
  readonly port: number;
  readonly apiKey?: Secret | undefined;
  readonly allowOrigins?: readonly string[];
  /** Where a forwarded port or a container shows it as well. */
  readonly publicOrigins?: readonly string[];
  readonly allowPrivateAudio?: boolean;
  readonly latencyMs?: number;
  readonly faults?: readonly string[];
  readonly log?: SandboxLog;
}) => Promise<RunningSandbox>;

/**
 * Takes what a sandbox tells of a request or a session: as a line that begins with the time, and as data. Neither holds a key, a
 * token or a query.
 */
export type SandboxLog = (line: string, entry: SandboxLogEntry) => void;

/** What a line of a sandbox's log says. */
export interface SandboxLogEntry {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** `WS` for what happens on a WebSocket. */
  readonly method: string;
  /** The pattern of a call (`/transcriptions/:id`), or the path where there is no such call; never the query. */
  readonly path: string;
  /** 101 for a WebSocket that goes on. */
  readonly status: number;
  /** Of a refusal or an error, such as `token_readonly`; null where all went well. */
  readonly code: string | null;
  /** Why it was refused, or what happened; null for a request that was answered. */
  readonly message: string | null;
}

/** A request that a sandbox has answered or refused, or a session that has failed. */
export interface SandboxRequest extends Omit<SandboxLogEntry, 'message'> {
  /** The fingerprint of the API key or the token that came with it; null without one. */
  readonly credential: string | null;
  /** Of a request for a token that was granted. */
  readonly options?: {
    readonly access: 'readonly' | 'readwrite';
    readonly lifetime_s: number;
    readonly one_time: boolean;
  };
}

/** What a sandbox has done so far. */
export interface SandboxStats {
  /** HTTP requests and WebSocket upgrades, but for those for the clip. */
  readonly requests: number;
  /** Tokens that were minted. */
  readonly mints: number;
  /** Transcriptions that were asked for, started or not; joining one counts as nothing. */
  readonly sessions: number;
  /** Transcriptions that were started: what the real service would bill. */
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
  /** Lets the process end while it runs. */
  unref(): void;
  close(): Promise<void>;
}

/** Serves requests of this machine. @throws CliError `cannot_listen` */
export type StartEndpoint = (options: {
  /** On 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Where a forwarded port or a container shows it as well. */
  readonly publicOrigins?: readonly string[];
  /** Answers a request; never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  readonly clock: Clock;
  /** Takes a line for each request that is not handed on. */
  readonly log: (line: string) => void;
}) => Promise<RunningEndpoint>;

export interface RunningEndpoint {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it at once; requests in flight are dropped. */
  close(): Promise<void>;
}
