import type { Withhold } from '../core/withhold';
import type { Clock } from './clock';

export type Connect = (url: URL, options: ConnectOptions) => Promise<Socket>;

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Judges the close reason of the peer, which an error may quote. */
  readonly withhold: Withhold;
  /**
   * Makes the error for an HTTP answer that is not an upgrade. Names of headers are in lower case.
   * @param status null for status 101 without a valid upgrade
   */
  readonly refusalOf: (
    status: number | null,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ) => Error;
}

/** A WebSocket whose messages are read one by one. */
export interface Socket {
  send(data: string | Uint8Array): Promise<void>;
  /**
   * Reads the next text message.
   * @throws CliError `closed_early` if the peer closed the connection, `connection_lost` if it went silent, `response_too_large`
   * above 8 MiB, `invalid_response` for a broken frame; the signal's reason when it aborts
   */
  next(): Promise<string>;
  /** Closes the connection within two seconds, even if the peer does not answer. Sooner if the signal has aborted. */
  close(): Promise<void>;
}
