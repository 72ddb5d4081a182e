import { DEFAULT_API_SERVER, isWebOrigin, parseApiServer } from '../core/origin';
import { secret } from '../core/secret';
import { isToken, type TokenOptions } from '../core/token';
import { createHandler, type EndpointRules } from '../endpoint/handler';
import { nodeClient } from '../system/client.node';
import type { MintedToken } from './mint-token';
import {
  invalid,
  readApiKey,
  readChoices,
  readTimeout,
  requireOptions,
  requireWhole,
  type TokenChoices,
} from './options';
import { openHttp, withService } from './service';

/** With the next two of `TokenChoices`, the most that a token may be: a request may ask for less, never for more. */
interface CommonOptions extends TokenChoices {
  /**
   * Whether this request comes from somebody who may have a token: look at its session cookie or its credentials. Only
   * `true` is a yes; what it throws is a no. It must not read the body of the request.
   */
  readonly authenticate: (request: Request) => boolean | Promise<boolean>;
  /**
   * The origins of the pages that may ask, exactly as a browser sends them (`https://app.example.com`), that of your own
   * application among them. Default: none, and then only requests without an Origin are let in.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Whether pages of other origins may send their cookies along. Default: false. */
  readonly allowCredentials?: boolean | undefined;
  /** Tokens a minute for all users together. Default: any number. A limit for each user is the application's to keep. */
  readonly ratePerMin?: number | undefined;
  /** Requests that are worked on at once; the others get 503. Default: 100. */
  readonly maxAtOnce?: number | undefined;
  /** Takes a line a request, without a secret, for your log. */
  readonly log?: ((line: string) => void) | undefined;
  /** Takes what went wrong where the client is told a code alone. Its `cause` is not fit for a log. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** What `createTokenHandler` mints with: a key, or a function of yours. */
export type TokenHandlerOptions = CommonOptions &
  (
    | {
        /** The secret key of your account. */
        readonly apiKey: string;
        /** Default: `https://api.vocalstack.com`. */
        readonly apiServer?: string | undefined;
        /** How long the service may take for a token, in milliseconds. Default: 10000. */
        readonly timeoutMs?: number | undefined;
      }
    | {
        /** Mints one token, for instance with a key that is fetched for it. What it throws ends in 500, a TokenError in 502. */
        readonly mint: (
          wanted: TokenOptions & { readonly signal: AbortSignal },
        ) => Promise<Pick<MintedToken, 'token' | 'issuedAt'>>;
      }
  );

const TIMEOUT_MS = 10_000;
const MAX_AT_ONCE = 100;

/**
 * A token endpoint to mount in a server of your own: a standard `(Request) => Promise<Response>` with the rules of
 * `vstoken serve`, for `GET` and `POST` at whatever path you mount it. It never rejects.
 * @example
 * const handler = createTokenHandler({
 *   apiKey: process.env.VOCALSTACK_API_KEY ?? '',
 *   authenticate: (request) => hasSession(request.headers.get('cookie')),
 *   allowOrigins: ['https://app.example.com'],
 *   access: 'readwrite',
 *   lifetimeS: 60,
 * });
 * app.all('/token', (context) => handler(context.req.raw)); // hono
 * @throws TokenError `invalid_value` without `authenticate`, and for options that cannot be; `key_empty`, `key_malformed`, `invalid_server`,
 *   `insecure_server`
 */
export function createTokenHandler(
  options: TokenHandlerOptions,
): (request: Request) => Promise<Response> {
  requireOptions(options);
  const { authenticate, allowOrigins = [], ratePerMin, maxAtOnce = MAX_AT_ONCE } = options;
  if (typeof authenticate !== 'function') {
    throw invalid(
      'createTokenHandler needs authenticate, a function that says whether a request may have a token: without one it would serve everybody.',
    );
  }
  if (!Array.isArray(allowOrigins) || !allowOrigins.every(isWebOrigin)) {
    throw invalid(
      'The option allowOrigins takes origins as a browser sends them: https://host or https://host:port.',
    );
  }
  if (ratePerMin !== undefined) requireWhole('ratePerMin', ratePerMin, 1, 1_000_000);
  requireWhole('maxAtOnce', maxAtOnce, 1, 1_000_000);
  return createHandler({
    path: null,
    ceiling: readChoices(options),
    allowOrigins: [...allowOrigins],
    allowCredentials: options.allowCredentials === true,
    admits: (request) => authenticate(request),
    mint: createMint(options),
    ratePerMin: ratePerMin ?? null,
    maxAtOnce,
    clock: nodeClient.clock,
    log: quietly(options.log),
    report: quietly(options.onError),
  });
}

/** What a caller does with a line must not change what a client gets. */
function quietly<Value>(take: ((value: Value) => void) | undefined): (value: Value) => void {
  return (value) => {
    try {
      take?.(value);
    } catch {
      // Theirs to find.
    }
  };
}

function createMint(options: TokenHandlerOptions): EndpointRules['mint'] {
  if ('mint' in options) {
    const { mint } = options;
    if (typeof mint !== 'function') throw invalid('The option mint takes a function.');
    return async (wanted, signal) => {
      const { token, issuedAt } = await mint({ ...wanted, signal });
      if (!isToken(token)) throw new Error('what mint returned is no token');
      return { token: secret(token), sentAt: issuedAt.getTime() };
    };
  }
  const key = readApiKey(options.apiKey);
  const timeoutMs = readTimeout(options.timeoutMs, TIMEOUT_MS);
  const apiServer = parseApiServer(options.apiServer ?? DEFAULT_API_SERVER, 'The option apiServer');
  // Kept, so that its connections are.
  const http = openHttp();
  return (wanted, signal) =>
    withService({ apiServer, signal, timeoutMs }, (api) => api.mintToken(key, wanted), http);
}
