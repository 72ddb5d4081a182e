import { createMint } from '../api/create-mint';
import { CliError } from '../core/errors';
import { invalid, requireNames, requireType, requireWhole } from '../core/named-options';
import { isWebOrigin } from '../core/origin';
import { secret } from '../core/secret';
import { isToken, type TokenOptions } from '../core/token';
import { isTokenError, toTokenError } from '../core/token-error';
import { isSharedCode } from '../core/token-hints';
import { createHandler, type EndpointRules } from '../endpoint/handler';
import { nodeClient } from '../system/client.node';
import type { MintedToken } from './mint-token';
import {
  CHOICE_NAMES,
  readApiKey,
  readApiServer,
  readChoices,
  readTimeout,
  type TokenChoices,
} from './options';
import { quietly } from './quietly';
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
  /** Takes what went wrong where the client is told a code alone. An error of the package is a TokenError, and fit for a log. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** What `createTokenHandler` mints with: a key, or a function of yours. */
export type TokenHandlerOptions = CommonOptions &
  (
    | {
        /** The secret key of your account. */
        readonly apiKey: string;
        /** Default: `https://api.vocalstack.com`. */
        readonly apiServer?: string | URL | undefined;
        /** How long the service may take for a token, in milliseconds. Default: 10000. */
        readonly timeoutMs?: number | undefined;
        readonly mint?: undefined;
      }
    | {
        readonly apiKey?: undefined;
        readonly apiServer?: undefined;
        readonly timeoutMs?: undefined;
        /** Mints one token, for instance with a key that is fetched for it. What it throws ends in 500, a TokenError in 502. */
        readonly mint: (
          wanted: TokenOptions & { readonly signal: AbortSignal },
        ) => Promise<Pick<MintedToken, 'token' | 'issuedAt'>>;
      }
  );

const TIMEOUT_MS = 10_000;
const MAX_AT_ONCE = 100;
const NAMES = [
  ...[
    'apiKey',
    'apiServer',
    'timeoutMs',
    'mint',
    'authenticate',
    'allowOrigins',
    'allowCredentials',
  ],
  ...['ratePerMin', 'maxAtOnce', 'log', 'onError', ...CHOICE_NAMES],
];

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
  try {
    return openHandler(options);
  } catch (error) {
    throw toTokenError(error);
  }
}

function openHandler(options: TokenHandlerOptions): (request: Request) => Promise<Response> {
  requireNames(options, NAMES, 'createTokenHandler');
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
  requireType('allowCredentials', options.allowCredentials, 'boolean');
  requireType('log', options.log, 'function');
  requireType('onError', options.onError, 'function');
  return createHandler({
    path: null,
    ceiling: readChoices(options),
    allowOrigins: [...allowOrigins],
    allowCredentials: options.allowCredentials === true,
    admits: (request) => authenticate(request),
    mint: mintOf(options),
    ratePerMin: ratePerMin ?? null,
    maxAtOnce,
    clock: nodeClient.clock,
    log: quietly(options.log ?? (() => {})),
    report: quietly((error) => options.onError?.(shownError(error))),
  });
}

/** An error of another function of the package is answered by its code. */
function answeredError(thrown: unknown): unknown {
  if (!isTokenError(thrown)) return thrown;
  const { code, message } = thrown;
  return code !== 'client_closed' && isSharedCode(code)
    ? new CliError(code, message, { cause: thrown })
    : thrown;
}

/** Its own error as every function of the package throws it. */
function shownError(thrown: unknown): unknown {
  if (!(thrown instanceof CliError)) return thrown;
  return isTokenError(thrown.cause) ? thrown.cause : toTokenError(thrown);
}

function mintOf(options: TokenHandlerOptions): EndpointRules['mint'] {
  if ('mint' in options && options.mint !== undefined) {
    const { mint } = options;
    requireType('mint', mint, 'function');
    const ignored = (['apiKey', 'apiServer', 'timeoutMs'] as const).find(
      (name) => options[name] !== undefined,
    );
    if (ignored) throw invalid(`The option ${ignored} has no meaning beside mint.`);
    return async (wanted, signal) => {
      const { token, issuedAt } = await mint({ ...wanted, signal }).catch((error) => {
        throw answeredError(error);
      });
      if (!isToken(token)) throw new Error('what mint returned is no token');
      return { token: secret(token), sentAt: issuedAt.getTime() };
    };
  }
  const key = readApiKey(options.apiKey);
  const timeoutMs = readTimeout(options.timeoutMs, TIMEOUT_MS);
  const apiServer = readApiServer(options.apiServer);
  // Kept, so that its connections are.
  const http = openHttp();
  return (wanted, signal) =>
    withService({ apiServer, signal, timeoutMs, credential: key, http }, (api) =>
      createMint(api)(key, wanted),
    );
}
