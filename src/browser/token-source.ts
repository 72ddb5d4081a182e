import type { Access } from '../core/token';
import { readAnswer, type Token, TokenSourceError } from './answer';

/** Everything is optional. What `access`, `lifetimeS` and `oneTime` leave open is as the endpoint has it. */
export interface TokenSourceOptions {
  /** Never more than the endpoint allows, or it answers `above_ceiling`. */
  readonly access?: Access | undefined;
  /** In whole seconds, 1 to 120. */
  readonly lifetimeS?: number | undefined;
  /** Whether its first use spends it. */
  readonly oneTime?: boolean | undefined;
  /**
   * Which requests bring the cookies of the endpoint's origin: `include` for an endpoint of another origin that knows its users by
   * a cookie. Default: `same-origin`.
   */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** Headers for each request, such as `X-CSRF-Token`, or a function that is called before each request. */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** Instead of the page's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Instead of the page's clocks. */
  readonly clock?: PageClock | undefined;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** Both count: one stands still while a machine sleeps, and people set the other. */
export interface PageClock {
  /** Milliseconds since 1970. Can jump. */
  now(): number;
  /** Milliseconds since some moment. Never jumps. */
  monotonic(): number;
}

export interface TokenSource {
  /**
   * A token to use now. A token for many uses is kept, in memory alone, until it nears its end. A token for one use is handed out once.
   * @param options.signal ends the wait, and the request unless another call waits for it
   * @throws TokenSourceError, the reason of the signal, or what `headers` throws
   */
  get(options?: { readonly signal?: AbortSignal | undefined }): Promise<Token>;
  /** Forgets the token that is kept: after a logout, and when the service refused it. */
  clear(): void;
}

interface KeptToken {
  readonly token: Token;
  isFresh(): boolean;
}

/** A request for a token, which several calls may wait for. */
interface Pending {
  readonly answer: Promise<KeptToken>;
  readonly abort: AbortController;
  waiting: number;
  /** Whether a call got the token. */
  isTaken: boolean;
}

/** So long before its end a token counts as expired, in milliseconds: it has to reach the service, and to be used. */
const MAX_MARGIN_MS = 10_000;
const MARGIN_SHARE = 0.2;

const PAGE_CLOCK: PageClock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * Gets tokens from the endpoint of `createTokenHandler` or `vstoken serve`. Nothing is stored: tokens are in memory, and go with the page.
 * @param url of the endpoint, such as `/token`
 * @example
 * const tokens = createTokenSource('/token', { access: 'readwrite' });
 * const { token } = await tokens.get();
 */
export function createTokenSource(
  url: string | URL,
  options: TokenSourceOptions = {},
): TokenSource {
  const { clock = PAGE_CLOCK } = options;
  let kept: KeptToken | null = null;
  let pending: Pending | null = null;
  let isOneTime = options.oneTime;

  function start(): Pending {
    const abort = new AbortController();
    const answer = ask(String(url), options, clock, abort.signal);
    const own: Pending = { answer, abort, waiting: 0, isTaken: false };
    const settle = (result: KeptToken | null) => {
      // Another request has taken its place, or clear() was called.
      if (pending !== own) return;
      pending = null;
      if (result && !result.token.oneTime) kept = result;
    };
    answer.then(
      (result) => {
        isOneTime = result.token.oneTime;
        settle(result);
      },
      () => settle(null),
    );
    return own;
  }

  async function get({ signal }: { readonly signal?: AbortSignal | undefined } = {}) {
    for (;;) {
      if (signal?.aborted) throw reasonOf(signal);
      if (kept?.isFresh()) return kept.token;
      const own = pending ?? start();
      // Calls that each need a token for one use do not wait for one another.
      if (!isOneTime) pending = own;
      const { token } = await wait(own, signal);
      if (!token.oneTime || !own.isTaken) {
        own.isTaken = true;
        return token;
      }
    }
  }

  /** The request goes on while a call waits for it. */
  async function wait(own: Pending, signal: AbortSignal | undefined): Promise<KeptToken> {
    own.waiting += 1;
    try {
      return await unlessAborted(own.answer, signal);
    } finally {
      own.waiting -= 1;
      if (own.waiting === 0) {
        if (pending === own) pending = null;
        own.abort.abort();
      }
    }
  }

  return {
    get,
    clear() {
      kept = null;
      pending = null;
    },
  };
}

/** One request. Its token is measured from before it was sent. */
async function ask(
  url: string,
  options: TokenSourceOptions,
  clock: PageClock,
  signal: AbortSignal,
): Promise<KeptToken> {
  const { access, lifetimeS, oneTime, credentials = 'same-origin' } = options;
  const wanted = { access, lifetime_s: lifetimeS, one_time: oneTime };
  const body = JSON.stringify(wanted);
  const headers = typeof options.headers === 'function' ? await options.headers() : options.headers;
  const [askedAt, askedAtMonotonic] = [clock.now(), clock.monotonic()];
  const init = {
    method: 'POST',
    cache: 'no-store',
    redirect: 'manual',
    credentials,
    signal,
    // A request without options needs no preflight.
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
      'No answer came from the token endpoint. Either it cannot be reached, or it does not allow the origin of this page.';
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

/** Safari 15.3 and older know no reason. */
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
