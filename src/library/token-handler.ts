import {
  invalid,
  requireFunction,
  requireNames,
  requireType,
  requireWhole,
} from '../core/named-options';
import { toTokenError } from '../core/token-error';
import { createHandler } from '../endpoint/handler';
import { formatLogLine as formatEntry, type LogEntry } from '../endpoint/log-entry';
import { nodeClient } from '../system/client.node';
import { CHOICE_NAMES, readChoices, type TokenChoices } from './options';
import {
  createMint,
  type KeyOptions,
  MINT_NAMES,
  type MintOptions,
  shownError,
} from './token-mint';
import { readHeaders, readOrigins } from './web-options';

export type { LogEntry } from '../endpoint/log-entry';

/** What `authenticate` and `keyOf` receive besides the request. */
export interface CallerExtra<Raw = unknown> {
  /**
   * The request object of your framework: `req` of Express behind `toNodeListener`, or the value that you pass as `{ raw }`. If
   * you pass no value, `raw` is the standard `Request`.
   */
  readonly raw: Raw;
}

/**
 * The most that a token of one caller may allow. The options of the handler limit the token too, so the stricter limit applies.
 */
export interface CallerCeiling extends TokenChoices {
  /** The caller's name in the log. */
  readonly label?: string | undefined;
}

/** `access`, `lifetimeS` and `oneTime` set the most that a token may allow. A request may ask for less, but never for more. */
interface CommonOptions<Raw> extends TokenChoices {
  /**
   * Decides whether the sender of a request may have a token. Check the session cookie or the credentials of the request. To
   * allow a token, return `true` or an object. The object can contain limits for the token, and a label for the log. If the
   * function throws, or does not answer within 10 s, the client gets 503, so that the page does not ask the user to log in again.
   * The function must not read the request's body. If a library needs a Request of its own, use `request.clone()`.
   */
  readonly authenticate: (
    request: Request,
    extra: CallerExtra<Raw>,
  ) => boolean | CallerCeiling | PromiseLike<boolean | CallerCeiling>;
  /**
   * The origins of the pages that may ask for tokens, including your application's own origin. Write the origins exactly as
   * browsers send them, such as `https://app.example.com` or `capacitor://localhost`. Default: no origin. With the default, only
   * requests without an Origin header are accepted.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Whether pages of other origins may send cookies. Default: false. */
  readonly allowCredentials?: boolean | undefined;
  /** Headers that pages of other origins may send besides `Authorization` and `Content-Type`, such as `X-CSRF-Token`. */
  readonly allowHeaders?: readonly string[] | undefined;
  /** Tokens per minute for all callers together. Default: no limit. */
  readonly ratePerMin?: number | undefined;
  /** Tokens per minute for each caller. Default: no limit. */
  readonly limitPerCaller?: CallerLimit<Raw> | undefined;
  /** The maximum number of tokens that are minted at the same time. Further requests get 503. Default: 100. */
  readonly maxAtOnce?: number | undefined;
  /** Called for each request with a log entry that contains no secrets. `formatLogLine` converts the entry to a line. */
  readonly log?: ((entry: LogEntry) => unknown) | undefined;
  /**
   * Called with each error for which the client gets only an error code. An error of this package is a `TokenError`, which is
   * safe to log.
   */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

export interface CallerLimit<Raw = unknown> {
  readonly perMin: number;
  /** Returns a value that identifies the caller, such as the user's ID. Called after `authenticate` has accepted the request. */
  readonly keyOf: (
    request: Request,
    extra: CallerExtra<Raw>,
  ) => string | number | PromiseLike<string | number>;
}

/**
 * A token endpoint. The returned promise never rejects.
 * @param given `{ raw?, body? }`: your framework's request, and the body if the framework has already read it. Other values, such
 * as the context of a Next.js route, are ignored.
 */
export type TokenHandler = (request: Request, given?: unknown) => Promise<Response>;

/** The options of `createTokenHandler`, which mints with a key or with your own function. */
export type TokenHandlerOptions<Raw = unknown> = CommonOptions<Raw> & (KeyOptions | MintOptions);

const MAX_AT_ONCE = 100;
const MAX_VALUE = 1_000_000;
const NAMES = [
  ...['authenticate', 'allowOrigins', 'allowCredentials', 'allowHeaders', 'ratePerMin'],
  ...['limitPerCaller', 'maxAtOnce', 'log', 'onError', ...CHOICE_NAMES, ...MINT_NAMES],
];

/**
 * Creates a token endpoint for your own server: a standard `(Request) => Promise<Response>` that answers as `vstoken serve` does.
 * The endpoint answers `GET` and `POST` at any path where you mount it. The returned promise never rejects.
 * @example
 * const handler = createTokenHandler({
 *   apiKey: () => process.env.VOCALSTACK_API_KEY ?? '',
 *   authenticate: (request) => hasSession(request.headers.get('cookie')),
 *   allowOrigins: ['https://app.example.com'],
 *   access: 'readwrite',
 *   lifetimeS: 60,
 * });
 * app.all('/token', (context) => handler(context.req.raw, { raw: context })); // hono
 * @throws TokenError `invalid_value` if `authenticate` is missing or an option is invalid; `key_empty`, `key_malformed`,
 *   `invalid_server`, `insecure_server`
 */
export function createTokenHandler<Raw = unknown>(options: TokenHandlerOptions<Raw>): TokenHandler {
  try {
    return openHandler(options);
  } catch (error) {
    throw toTokenError(error);
  }
}

function openHandler<Raw>(options: TokenHandlerOptions<Raw>): TokenHandler {
  requireNames(options, NAMES, 'createTokenHandler');
  const { authenticate, onError, ratePerMin, limitPerCaller, maxAtOnce = MAX_AT_ONCE } = options;
  if (typeof authenticate !== 'function') {
    throw invalid(
      'createTokenHandler needs authenticate, a function that decides whether a request may have a token. Without this function, everyone would get tokens.',
    );
  }
  for (const name of ['log', 'onError'] as const) {
    if (options[name] !== undefined) requireFunction(name, options[name]);
  }
  if (ratePerMin !== undefined) requireWhole('ratePerMin', ratePerMin, 1, MAX_VALUE);
  requireWhole('maxAtOnce', maxAtOnce, 1, MAX_VALUE);
  requireType('allowCredentials', options.allowCredentials, 'boolean');
  if (limitPerCaller !== undefined) {
    requireNames(limitPerCaller, ['perMin', 'keyOf'], 'limitPerCaller');
    requireWhole('limitPerCaller.perMin', limitPerCaller.perMin, 1, MAX_VALUE);
    requireFunction('limitPerCaller.keyOf', limitPerCaller.keyOf);
  }
  return createHandler({
    path: null,
    ceiling: readChoices(options),
    allowOrigins: readOrigins(options.allowOrigins),
    allowCredentials: options.allowCredentials === true,
    allowHeaders: readHeaders(options.allowHeaders),
    // This cast is safe, because the application chooses the type `Raw` and also passes the value `raw` to the handler.
    authorize: (request, { raw }) => authenticate(request, { raw: raw as Raw }),
    limitPerCaller: limitPerCaller
      ? {
          perMin: limitPerCaller.perMin,
          keyOf: (request, { raw }) => limitPerCaller.keyOf(request, { raw: raw as Raw }),
        }
      : null,
    ...createMint(options),
    ratePerMin: ratePerMin ?? null,
    maxAtOnce,
    clock: nodeClient.clock,
    log: options.log,
    report: onError && ((error) => onError(shownError(error))),
  });
}

/**
 * Formats a log entry as one line of printable ASCII: `POST 200 12 ms readwrite, one-time, 60 s user-7 https://app.example.com`.
 * A label with spaces is quoted, and a long label is cut.
 * @param path shown after the method, for a log of several paths
 * @throws TokenError `invalid_value` if `entry` is not a log entry
 */
export function formatLogLine(entry: LogEntry, path?: string): string {
  const { method, label } = (entry ?? {}) as Partial<LogEntry>;
  if (typeof method === 'string' && (label === null || typeof label === 'string')) {
    return formatEntry(entry, path);
  }
  throw toTokenError(
    invalid(
      'formatLogLine must be called with an entry that your log function got from createTokenHandler.',
    ),
  );
}
