import type { Clock } from '../context/clock';
import type { TokenOptions } from '../core/token';
import type { Grant } from './answer';
import type { LogEntry } from './log-entry';
import type { OriginPolicy } from './origin-policy';

/** Defines which tokens an endpoint mints, for which callers, and how many. */
export interface EndpointRules extends OriginPolicy {
  /** The path of the endpoint. Null if the application routes requests itself. */
  readonly path: string | null;
  /**
   * The most that a token may allow: which access, how many seconds, and whether more than one use. If a request does not contain
   * an option, the token gets the maximum of that option.
   */
  readonly ceiling: TokenOptions;
  /**
   * Decides whether a request may get a token. Called after the origin of the page was checked.
   * @returns `true`, or an object with maximum options of the token, a label for the log, or both. For any other value, the
   * request gets no token.
   */
  authorize(request: Request, extra: AuthorizeContext): unknown;
  /**
   * Mints a token. Stops when `signal` aborts: at the time `end`, or when the client disconnects.
   * @param end in milliseconds of the monotonic clock
   * @throws CliError for failures of the service or the network
   */
  mint(options: TokenOptions, signal: AbortSignal, end: number): Promise<Grant>;
  /** Maximum number of tokens per minute. Null for no limit. */
  readonly ratePerMin: number | null;
  readonly limitPerCaller?: CallerRate | null;
  readonly maxAtOnce: number;
  /** Time limit for minting a token, in milliseconds. */
  readonly mintMs?: number;
  readonly clock: Clock;
  /** Called with an entry for each answered request. */
  readonly log?: ((entry: LogEntry) => unknown) | undefined;
  /** Called with errors that the client does not see. */
  readonly report?: ((error: unknown) => unknown) | undefined;
}

export interface AuthorizeContext {
  /** The request object of the application's framework. */
  readonly raw: unknown;
  /** True if a web page sent the request, false if another client did. */
  readonly isPage: boolean;
}

export interface CallerRate {
  readonly perMin: number;
  /** @returns a text or a number that identifies the caller */
  keyOf(request: Request, extra: { readonly raw: unknown }): unknown;
}
