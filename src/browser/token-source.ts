import type { Access } from '../core/token';
import { readAnswer, type Token, TokenSourceError } from './answer';

/** All options are optional. The endpoint chooses `access`, `lifetimeS` and `oneTime` if they are missing. */
export interface TokenSourceOptions {
  /** The access of the token. If the endpoint does not allow this access, it answers with the error `above_ceiling`. */
  readonly access?: Access | undefined;
  /** In whole seconds, 1 to 120. */
  readonly lifetimeS?: number | undefined;
  /** Whether the token works only once. */
  readonly oneTime?: boolean | undefined;
  /**
   * Whether requests contain the cookies of the endpoint's origin. Use `include` if the endpoint has another origin and
   * authenticates users by a cookie. Default: `same-origin`.
   */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** Headers for each request, such as `X-CSRF-Token`. A function is called before each request. */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** A function that replaces the page's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** A clock that replaces the page's clocks. */
  readonly clock?: PageClock | undefined;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** Two clocks that both measure the age of a token. Reason: `monotonic` can stop while the machine sleeps, and `now` can jump. */
export interface PageClock {
  /** Milliseconds since 1970. Can jump if somebody changes the clock. */
  now(): number;
  /** Milliseconds since a fixed moment in the past. Never jumps. */
  monotonic(): number;
}

export interface TokenSource {
  /**
   * Gets a token to use now. Reusable tokens are cached until shortly before expiry. `get` returns each one-time token only once.
   * @param options.signal ends the wait of this call, and aborts the request if no other call waits for the request
   * @throws TokenSourceError, the reason of the signal, or an error of `headers`
   */
  get(options?: { readonly signal?: AbortSignal | undefined }): Promise<Token>;
  /** Removes the cached token. Call it after a logout, and when the service has refused the token. */
  clear(): void;
}

interface CachedToken {
  readonly token: Token;
  isFresh(): boolean;
}

/** A request for a token. Several calls of `get` may wait for the same request. */
interface PendingRequest {
  readonly answer: Promise<CachedToken>;
  readonly abort: AbortController;
  waiting: number;
  isUsed: boolean;
}

/** How long before its expiry a token is no longer used: 10 s, or 20 % of its lifetime if that is less. */
const MAX_MARGIN_MS = 10_000;
const MARGIN_SHARE = 0.2;

const PAGE_CLOCK: PageClock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * Returns a source of tokens from the endpoint of `createTokenHandler` or `vstoken serve`. Tokens are kept in memory only.
 * @param url the URL of the endpoint, such as `/token`
 * @example
 * const tokens = createTokenSource('/token', { access: 'readwrite' });
 * const { token } = await tokens.get();
 */
export function createTokenSource(
  url: string | URL,
  options: TokenSourceOptions = {},
): TokenSource {
  const { clock = PAGE_CLOCK } = options;
  let cached: CachedToken | null = null;
  let pending: PendingRequest | null = null;
  let isOneTime = options.oneTime;

  function start(): PendingRequest {
    const abort = new AbortController();
    const answer = requestToken(String(url), options, clock, abort.signal);
    const request: PendingRequest = { answer, abort, waiting: 0, isUsed: false };
    const settle = (result: CachedToken | null) => {
      // Do not cache the token if a newer request has replaced this request, or if clear() was called.
      if (pending !== request) return;
      pending = null;
      if (result && !result.token.oneTime) cached = result;
    };
    answer.then(
      (result) => {
        isOneTime = result.token.oneTime;
        settle(result);
      },
      () => settle(null),
    );
    return request;
  }

  async function get({ signal }: { readonly signal?: AbortSignal | undefined } = {}) {
    for (;;) {
      if (signal?.aborted) throw reasonOf(signal);
      if (cached?.isFresh()) return cached.token;
      const request = pending ?? start();
      // Calls for one-time tokens do not share a request: each call needs its own token.
      if (!isOneTime) pending = request;
      const { token } = await wait(request, signal);
      if (!token.oneTime || !request.isUsed) {
        request.isUsed = true;
        return token;
      }
    }
  }

  /** Waits for the answer to a request. If no call waits any more, the request is aborted. */
  async function wait(
    request: PendingRequest,
    signal: AbortSignal | undefined,
  ): Promise<CachedToken> {
    request.waiting += 1;
    try {
      return await unlessAborted(request.answer, signal);
    } finally {
      request.waiting -= 1;
      if (request.waiting === 0) {
        if (pending === request) pending = null;
        request.abort.abort();
      }
    }
  }

  return {
    get,
    clear() {
      cached = null;
      pending = null;
    },
  };
}

/** Sends a request. The lifetime of the token is counted from just before the request. */
async function requestToken(
  url: string,
  options: TokenSourceOptions,
  clock: PageClock,
  signal: AbortSignal,
): Promise<CachedToken> {
  const { access, lifetimeS, oneTime, credentials = 'same-origin' } = options;
  const requested = { access, lifetime_s: lifetimeS, one_time: oneTime };
  const body = JSON.stringify(requested);
  const headers = typeof options.headers === 'function' ? await options.headers() : options.headers;
  const [askedAt, askedAtMonotonic] = [clock.now(), clock.monotonic()];
  const init = {
    method: 'POST',
    cache: 'no-store',
    redirect: 'manual',
    credentials,
    signal,
    // Without token options, send no JSON body. Reason: if the endpoint has another origin, the browser sends a preflight request
    // before a request with the Content-Type of JSON.
    ...(body === '{}'
      ? { headers: { ...headers } }
      : { body, headers: { ...headers, 'content-type': 'application/json' } }),
  } as const;
  let response: Response;
  let text: string;
  try {
    response = await (options.fetch ?? fetch)(url, init);
    text = await response.text();
  } catch {
    const message =
      'No answer from the token endpoint. It could not be reached, or it does not allow the origin of this page.';
    throw new TokenSourceError('network', message);
  }
  const token = readAnswer(response, text, askedAt, clock.now());
  const lifetimeMs = token.lifetimeS * 1000;
  const usableMs = lifetimeMs - Math.min(MAX_MARGIN_MS, lifetimeMs * MARGIN_SHARE);
  return {
    token,
    isFresh: () =>
      clock.now() - askedAt < usableMs && clock.monotonic() - askedAtMonotonic < usableMs,
  };
}

/** Returns why a signal was aborted. In Safari 15.3 and older, an AbortSignal has no `reason`. */
const reasonOf = ({ reason }: AbortSignal): unknown =>
  reason ?? new DOMException('The request was aborted.', 'AbortError');

function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(reasonOf(signal));
    signal.addEventListener('abort', stop);
    promise.then(resolve, reject).then(() => signal.removeEventListener('abort', stop));
  });
}
