import type { Secret } from '../core/secret';

/** Runs an emulator of the service on this machine. @throws CliError `cannot_listen`, `invalid_value` */
export type StartSandbox = (options: {
  readonly port: number;
  readonly apiKey?: Secret | undefined;
  readonly allowOrigins?: readonly string[];
  readonly latencyMs?: number;
  readonly faults?: readonly string[];
  readonly log?: (line: string) => void;
}) => Promise<RunningSandbox>;

export interface RunningSandbox {
  readonly url: string;
  readonly apiKey: string;
  close(): Promise<void>;
}
