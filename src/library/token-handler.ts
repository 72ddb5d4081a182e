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

/** What `authenticate` and `keyOf` get beside the request. */
export interface CallerExtra<Raw = unknown> {
  /**
   * The request as your framework has it: `req` of Express behind `toNodeListener`, what you hand on as `{ raw }`, and else the
   * request itself.
   */
  readonly raw: Raw;
}

/** A caller that may have a token, and the most that a token of this caller may be: never more than the handler hands out. */
export interface CallerCeiling extends TokenChoices {
  /** A name of the caller for the log. */
  readonly label?: string | undefined;
}

/** With the next two of `TokenChoices`, the most that a token may be: a request may ask for less, never for more. */
interface CommonOptions<Raw> extends TokenChoices {
  /**
   * Whether this request comes from somebody who may have a token: look at its session cookie or its credentials. Only
   * `true` and a ceiling with at least one member are a yes. What it throws, and no answer within 10 s, is answered with 503: the
   * page is not told to log in again. It must not read the body of the request. For a library that wants a Request of its own
   * there is `request.clone()`.
   */
  readonly authenticate: (
    request: Request,
    extra: CallerExtra<Raw>,
  ) => boolean | CallerCeiling | PromiseLike<boolean | CallerCeiling>;
  /**
   * The origins of the pages that may ask, exactly as a browser sends them (`https://app.example.com`, `capacitor://localhost`),
   * that of your own application among them. Default: none, and then only requests without an Origin are let in.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Whether pages of other origins may send their cookies along. Default: false. */
  readonly allowCredentials?: boolean | undefined;
  /** Headers that pages of other origins may send beside `Authorization` and `Content-Type`, such as `X-CSRF-Token`. */
  readonly allowHeaders?: readonly string[] | undefined;
  /** Tokens a minute for all callers together. Default: any number. */
  readonly ratePerMin?: number | undefined;
  /** Tokens a minute for each caller. Default: any number. */
  readonly limitPerCaller?: CallerLimit<Raw> | undefined;
  /** Tokens that are minted at once; other requests get 503. Default: 100. */
  readonly maxAtOnce?: number | undefined;
  /** Takes each request, without a secret, for your log: `formatLogLine` makes a line of it. */
  readonly log?: ((entry: LogEntry) => unknown) | undefined;
  /** Takes what went wrong where the client is told a code alone. An error of this package is a `TokenError`, which may be logged. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

export interface CallerLimit<Raw = unknown> {
  readonly perMin: number;
  /** What tells callers apart, such as the id of the user. It is called when `authenticate` has said yes. */
  readonly keyOf: (
    request: Request,
    extra: CallerExtra<Raw>,
  ) => string | number | PromiseLike<string | number>;
}

/**
 * A token endpoint. It never rejects.
 * @param given the request as your framework has it (`raw`), and the body that it has read (`body`): `{ raw?, body? }`. Anything
 *   else, such as the context of a route of Next.js, is ignored.
 */
export type TokenHandler = (request: Request, given?: unknown) => Promise<Response>;

/** What `createTokenHandler` mints with: a key, or a function of yours. */
export type TokenHandlerOptions<Raw = unknown> = CommonOptions<Raw> & (KeyOptions | MintOptions);

const MAX_AT_ONCE = 100;
const MOST = 1_000_000;
const NAMES = [
  ...['authenticate', 'allowOrigins', 'allowCredentials', 'allowHeaders', 'ratePerMin'],
  ...['limitPerCaller', 'maxAtOnce', 'log', 'onError', ...CHOICE_NAMES, ...MINT_NAMES],
];

/**
 * A token endpoint to mount in a server of your own: a standard `(Request) => Promise<Response>` with the rules of
 * `vstoken serve`, for `GET` and `POST` at whatever path you mount it. It never rejects.
 * @example
 * const handler = createTokenHandler({
 *   apiKey: () => process.env.VOCALSTACK_API_KEY ?? '',
 *   authenticate: (request) => hasSession(request.headers.get('cookie')),
 *   allowOrigins: ['https://app.example.com'],
 *   access: 'readwrite',
 *   lifetimeS: 60,
 * });
 * app.all('/token', (context) => handler(context.req.raw, { raw: context })); // hono
 * @throws TokenError `invalid_value` without `authenticate`, and for options that cannot be; `key_empty`, `key_malformed`, `invalid_server`,
 *   `insecure_server`
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
      'createTokenHandler needs authenticate, a function that says whether a request may have a token: without one it would serve everybody.',
    );
  }
  for (const name of ['log', 'onError'] as const) {
    if (options[name] !== undefined) requireFunction(name, options[name]);
  }
  if (ratePerMin !== undefined) requireWhole('ratePerMin', ratePerMin, 1, MOST);
  requireWhole('maxAtOnce', maxAtOnce, 1, MOST);
  requireType('allowCredentials', options.allowCredentials, 'boolean');
  if (limitPerCaller !== undefined) {
    requireNames(limitPerCaller, ['perMin', 'keyOf'], 'limitPerCaller');
    requireWhole('limitPerCaller.perMin', limitPerCaller.perMin, 1, MOST);
    requireFunction('limitPerCaller.keyOf', limitPerCaller.keyOf);
  }
  return createHandler({
    path: null,
    ceiling: readChoices(options),
    allowOrigins: readOrigins(options.allowOrigins),
    allowCredentials: options.allowCredentials === true,
    allowHeaders: readHeaders(options.allowHeaders),
    // The type of `raw` is what the application says that it hands on.
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
 * An entry as one line of printable ASCII: `POST 200 12 ms readwrite, one-time, 60 s user-7 https://app.example.com`. A label
 * with spaces is quoted, and a long one is cut.
 * @param path shown after the method, where a log is about several paths
 * @throws TokenError `invalid_value` for what is no entry of a log
 */
export function formatLogLine(entry: LogEntry, path?: string): string {
  const { method, label } = (entry ?? {}) as Partial<LogEntry>;
  if (typeof method === 'string' && (label === null || typeof label === 'string')) {
    return formatEntry(entry, path);
  }
  throw toTokenError(invalid('formatLogLine takes an entry that the option log was called with.'));
}
