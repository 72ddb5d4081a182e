import { createTokenSource, type TokenSourceOptions } from '../../src/browser/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';

/** A request that a web page sent to the endpoint. */
export interface SentRequest {
  readonly url: string;
  readonly init: RequestInit & { readonly cache?: string };
}

/** A fake token endpoint. The test decides when the endpoint answers. */
export interface FakeEndpoint {
  readonly clock: FakeClock;
  readonly asked: readonly SentRequest[];
  /** Answers the oldest waiting request. The default answer contains a token. */
  answer(body?: unknown, init?: ResponseInit): Promise<void>;
  /** Makes the oldest waiting request fail as if its connection broke. */
  breakOff(): Promise<void>;
  readonly source: ReturnType<typeof createTokenSource>;
}

interface PendingResponse {
  resolve(response: Response): void;
  reject(error: unknown): void;
}

/** Waits one turn of the event loop, so that code that awaits a resolved promise continues. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export function newEndpoint(options: TokenSourceOptions = {}): FakeEndpoint {
  const clock = fakeClock();
  const asked: SentRequest[] = [];
  const waiting: PendingResponse[] = [];
  let count = 0;

  const send = (input: unknown, init: RequestInit = {}) => {
    asked.push({ url: String(input), init });
    return new Promise<Response>((resolve, reject) => {
      const own = { resolve, reject };
      waiting.push(own);
      init.signal?.addEventListener('abort', () => {
        const at = waiting.indexOf(own);
        if (at >= 0) waiting.splice(at, 1);
        // Rejects the promise asynchronously, as browsers do.
        setImmediate(() => reject(new DOMException('aborted', 'AbortError')));
      });
    });
  };
  const next = (): PendingResponse => {
    const first = waiting.shift();
    if (!first) throw new Error('No request waits.');
    return first;
  };
  return {
    clock,
    asked,
    async answer(body = tokenBody(`token-${++count}`), init = {}) {
      await settled();
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      next().resolve(new Response(text, init));
      await settled();
    },
    async breakOff() {
      await settled();
      next().reject(new TypeError('Failed to fetch'));
      await settled();
    },
    source: createTokenSource('/token', { fetch: send as typeof fetch, clock, ...options }),
  };
}

/** Returns the JSON of an endpoint's answer. By default, the token is reusable and has a lifetime of 60 s. */
export const tokenBody = (token: string, rest: object = {}) => ({
  token,
  access: 'readwrite',
  lifetime_s: 60,
  one_time: false,
  expires_at: '2026-11-24T10:01:00.000Z',
  ...rest,
});
