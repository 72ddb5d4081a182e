import type { Withhold } from '../core/withhold';
import type { Clock } from './clock';

export type Connect = (url: URL, options: ConnectOptions) => Promise<Socket>;

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Judges the reason that a peer gives for closing the connection, which an error quotes. */
  readonly withhold: Withhold;
  /**
   * The error that another answer than an upgrade stands for; names of headers in lower case.
   * @param status null for an answer with status 101 that is not a valid upgrade
   */
  readonly refusalOf: (
    status: number | null,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ) => Error;
}

/** A WebSocket, pulled rather than pushed. */
export interface Socket {
  send(data: string | Uint8Array): Promise<void>;
  /**
   * The next text message.
   * @throws CliError `closed_early` when the peer ended the connection, `connection_lost` when it went silent,
   *   `response_too_large` for one over 8 MiB, `invalid_response` for a frame that breaks the protocol; the signal's reason when it aborts.
   */
  next(): Promise<string>;
  /** Ends the connection, within two seconds whatever the peer does, and sooner once the signal has aborted. */
  close(): Promise<void>;
}
