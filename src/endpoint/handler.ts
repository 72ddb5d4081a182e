import type { Clock } from '../context/clock';
import { meaningOf } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import { describeToken, type TokenOptions } from '../core/token';
import { createBucket } from './bucket';
import { corsHeaders, type Doors, requireAllowedPage } from './doors';
import { EndpointRefusal, errorBody } from './refusal';
import { readWanted, requireSmallBody } from './wanted';

/** What an endpoint hands out, to whom, and how much of it. */
export interface EndpointRules extends Doors {
  /** The one path that there is; null where somebody else has chosen who gets the request. */
  readonly path: string | null;
  /** The most that a token may be; what a request leaves open is as it says. */
  readonly ceiling: TokenOptions;
  /**
   * Whether a request may have a token; it is asked once the page was found to be allowed.
   * @param isPage whether there is one, and not another kind of client
   */
  admits(request: Request, isPage: boolean): boolean | Promise<boolean>;
  /** @throws CliError for what the service or the network did */
  mint(wanted: TokenOptions, signal: AbortSignal): Promise<Grant>;
  /** Requests a minute; null for any number. */
  readonly ratePerMin: number | null;
  readonly maxAtOnce: number;
  readonly clock: Clock;
  /** Takes a line a request, without a secret. */
  log(line: string, status: number): void;
  /** Takes what nobody is told of. */
  report?(error: unknown): void;
}

export interface Grant {
  readonly token: Secret;
  /** The moment before the service was asked, in milliseconds since 1970. */
  readonly sentAt: number;
}

interface Answer {
  readonly status: number;
  readonly body: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the log says of it. */
  readonly note: string;
}

/** On every answer: nobody keeps it, guesses its type, or embeds it. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'Origin',
};

/**
 * The token endpoint: the same rules wherever it is mounted. The handler never rejects.
 * The order counts: who may not ask costs nothing, and takes nothing from who may.
 */
export function createHandler(rules: EndpointRules): (request: Request) => Promise<Response> {
  const { clock, ceiling, maxAtOnce } = rules;
  const newBucket = () => (rules.ratePerMin ? createBucket(rules.ratePerMin, clock) : () => 0);
  const takeGrant = newBucket();
  const takeFailure = newBucket();
  let atOnce = 0;

  async function answer(request: Request): Promise<Answer> {
    if (rules.path !== null && new URL(request.url).pathname !== rules.path) {
      throw new EndpointRefusal('not_found');
    }
    requireSmallBody(request);
    const page = requireAllowedPage(request, rules);
    if (request.method === 'OPTIONS') {
      if (page === null) throw new EndpointRefusal('origin_not_allowed');
      return { status: 204, body: null, note: 'preflight' };
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new EndpointRefusal('method_not_allowed');
    }
    if (!(await isAdmitted(request, page !== null))) {
      waitIfNeeded(takeFailure());
      throw new EndpointRefusal('unauthenticated');
    }
    // A body may come slowly: until it is there, the request takes no place of others.
    const wanted = await readWanted(request, ceiling, clock);
    if (atOnce >= maxAtOnce) throw new EndpointRefusal('busy', { retryAfterS: 1 });
    atOnce += 1;
    try {
      waitIfNeeded(takeGrant());
      return grantAnswer(wanted, await rules.mint(wanted, request.signal));
    } finally {
      atOnce -= 1;
    }
  }

  /** Only true is a yes; who cannot tell has not said it. */
  async function isAdmitted(request: Request, isPage: boolean): Promise<boolean> {
    try {
      return (await rules.admits(request, isPage)) === true;
    } catch (error) {
      rules.report?.(error);
      return false;
    }
  }

  return async (request) => {
    const begun = clock.monotonic();
    const { status, body, headers, note } = await answer(request).catch((thrown: unknown) => {
      if (!(thrown instanceof EndpointRefusal)) rules.report?.(thrown);
      return failureAnswer(thrown, request);
    });
    const ms = Math.round(clock.monotonic() - begun);
    const isElsewhere = status === 404;
    const path = isElsewhere ? '(no such path)' : (rules.path ?? 'token');
    rules.log(`${request.method} ${path} ${status} ${ms} ms ${note}`, status);
    return new Response(body, {
      status,
      headers: {
        ...HEADERS,
        ...(body !== null && { 'content-type': 'application/json; charset=utf-8' }),
        ...headers,
        ...corsHeaders(request, rules),
      },
    });
  };
}

function waitIfNeeded(ms: number): void {
  if (ms > 0) {
    throw new EndpointRefusal('too_many_requests', { retryAfterS: Math.ceil(ms / 1000) });
  }
}

function grantAnswer(options: TokenOptions, { token, sentAt }: Grant): Answer {
  const document = {
    token: token.reveal(),
    access: options.access,
    lifetime_s: options.lifetimeS,
    one_time: options.oneTime,
    expires_at: new Date(sentAt + options.lifetimeS * 1000).toISOString(),
  };
  return { status: 200, body: JSON.stringify(document), note: describeToken(options) };
}

const MORE_HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer' },
  method_not_allowed: { allow: 'GET, POST, OPTIONS' },
};

/** What failed, for whoever asked: a code that stays, and no word of anybody else's. */
function failureAnswer(thrown: unknown, { signal }: Request): Answer {
  if (thrown instanceof CliError && thrown.code !== 'internal_error') {
    const { code, message } = thrown;
    const body = errorBody(code, `No token could be minted: ${meaningOf(code)}.`);
    // A message can have words of the service in it, and a log can be a terminal.
    const visible = message.replace(/[^\x20-\x7e]/g, '?');
    return { status: 502, body, note: `${code}: ${visible}` };
  }
  const otherwise = new EndpointRefusal(signal.aborted ? 'client_gone' : 'internal_error');
  const refusal = thrown instanceof EndpointRefusal ? thrown : otherwise;
  const { code, status, message, details } = refusal;
  const { retryAfterS, note } = details;
  return {
    status,
    body: errorBody(code, message),
    headers: {
      ...MORE_HEADERS[code],
      ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
    },
    note: note === undefined ? code : `${code} ${note}`,
  };
}
