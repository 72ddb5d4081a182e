import type { Clock } from '../context/clock';
import type { TokenOptions } from '../core/token';
import type { Grant } from './answer';
import type { Doors } from './doors';
import type { LogEntry } from './log-entry';

/** What an endpoint hands out, to whom, and how much of it. */
export interface EndpointRules extends Doors {
  /** The one path that there is; null where somebody else has chosen who gets the request. */
  readonly path: string | null;
  /** The most that a token may be; what a request leaves open is as it says. */
  readonly ceiling: TokenOptions;
  /**
   * Whether a request may have a token; it is asked once the page was found to be allowed.
   * @returns what `readAdmission` reads
   */
  admits(request: Request, extra: AdmitsExtra): unknown;
  /**
   * Mints until the signal aborts, which it does at `end` of the monotonic clock, or when the client leaves.
   * @throws CliError for what the service or the network did
   */
  mint(wanted: TokenOptions, signal: AbortSignal, end: number): Promise<Grant>;
  /** Tokens a minute; null for any number. */
  readonly ratePerMin: number | null;
  readonly limitPerCaller?: CallerRate | null;
  readonly maxAtOnce: number;
  /** How long a mint may take, in milliseconds. */
  readonly mintMs?: number;
  readonly clock: Clock;
  /** Takes a request and its answer. */
  readonly log?: ((entry: LogEntry) => unknown) | undefined;
  /** Takes what nobody is told of. */
  readonly report?: ((error: unknown) => unknown) | undefined;
}

export interface AdmitsExtra {
  /** The request as the framework of the application has it. */
  readonly raw: unknown;
  /** Whether a page asks, and not another kind of client. */
  readonly isPage: boolean;
}

export interface CallerRate {
  readonly perMin: number;
  /** @returns what tells callers apart: a text or a number */
  keyOf(request: Request, extra: { readonly raw: unknown }): unknown;
}
