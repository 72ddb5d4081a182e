import type { Withhold } from '../core/withhold';
import type { Clock } from './clock';

export type Connect = (url: URL, options: ConnectOptions) => Promise<Socket>;

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Hides the server's close reason if the reason contains a secret. An error may quote the reason. */
  readonly withhold: Withhold;
  /**
   * Creates the error for an HTTP answer that is not a WebSocket upgrade. The header names are in lower case.
   * @param status the HTTP status; null if it was 101 but the upgrade was invalid
   */
  readonly refusalOf: (
    status: number | null,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ) => Error;
}

/** A WebSocket. The caller reads its messages one by one. */
export interface Socket {
  send(data: string | Uint8Array): Promise<void>;
  /**
   * Reads the next text message.
   * @throws CliError `closed_early` if the server closed the connection, `connection_lost` if the server stopped answering,
   * `response_too_large` above 8 MiB, `invalid_response` for invalid WebSocket data; the signal's reason when it aborts
   */
  next(): Promise<string>;
  /** Closes the connection. Waits at most two seconds for the server's answer, and less if the signal has aborted. */
  close(): Promise<void>;
}
