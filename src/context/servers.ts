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
  readonly log?: (line: string) => void;
}) => Promise<RunningSandbox>;

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
