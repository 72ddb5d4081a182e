import type { Clock } from '../context/clock';
import type { TokenOptions } from '../core/token';
import type { Grant } from './answer';
import type { LogEntry } from './log-entry';
import type { OriginPolicy } from './origin-policy';

/** Which tokens an endpoint mints, for which callers, and how many. */
export interface EndpointRules extends OriginPolicy {
  /** The path of the endpoint; null if the application routes requests itself. */
  readonly path: string | null;
  /** The upper limit of the options of a token, and the default for those that a request leaves out. */
  readonly ceiling: TokenOptions;
  /**
   * Whether a request may get a token. Called after the origin of the page was checked.
   * @returns a value for `readAuthorization`
   */
  authorize(request: Request, extra: AuthorizeContext): unknown;
  /**
   * Mints a token until the signal aborts: at `end` on the monotonic clock, or when the client disconnects.
   * @throws CliError for failures of the service or the network
   */
  mint(options: TokenOptions, signal: AbortSignal, end: number): Promise<Grant>;
  /** Tokens per minute; null for no limit. */
  readonly ratePerMin: number | null;
  readonly limitPerCaller?: CallerRate | null;
  readonly maxAtOnce: number;
  /** How long a mint may take, in milliseconds. */
  readonly mintMs?: number;
  readonly clock: Clock;
  /** Gets an entry for each answered request. */
  readonly log?: ((entry: LogEntry) => unknown) | undefined;
  /** Gets errors that the client does not see. */
  readonly report?: ((error: unknown) => unknown) | undefined;
}

export interface AuthorizeContext {
  /** The request object of the application's framework. */
  readonly raw: unknown;
  /** Whether a page sent the request, and not another client. */
  readonly isPage: boolean;
}

export interface CallerRate {
  readonly perMin: number;
  /** @returns the key of the caller: a text or a number */
  keyOf(request: Request, extra: { readonly raw: unknown }): unknown;
}
