import { meaningOf } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import { describeToken, type TokenOptions } from '../core/token';
import { EndpointRefusal, errorBody, type RefusalCode } from './refusal';

/** The answer to a request, in a form that every kind of server can send. */
export interface Answer {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The result of a request, without the headers that every answer has. The log shows its `code` and `detail`. */
export interface Outcome {
  readonly status: number;
  readonly body: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string | null;
  readonly detail: string | null;
}

export interface Grant {
  readonly token: Secret;
  /** Time just before the request to the service was sent, in milliseconds since 1970. */
  readonly sentAt: number;
}

/**
 * The headers of every answer. They keep caches from storing the answer, browsers from guessing its type, and pages of other
 * sites from embedding it.
 */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'Origin',
};
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json; charset=utf-8' };

export function answerOf(outcome: Outcome, cors: Readonly<Record<string, string>>): Answer {
  const { status, body, headers } = outcome;
  const common = body === null ? HEADERS : JSON_HEADERS;
  return { status, body, headers: { ...common, ...headers, ...cors } };
}

export const PREFLIGHT: Outcome = { status: 204, body: null, code: null, detail: 'preflight' };

export function grantOutcome(options: TokenOptions, { token, sentAt }: Grant): Outcome {
  const document = {
    token: token.reveal(),
    access: options.access,
    lifetime_s: options.lifetimeS,
    one_time: options.oneTime,
    expires_at: new Date(sentAt + options.lifetimeS * 1000).toISOString(),
  };
  const detail = describeToken(options);
  return { status: 200, body: JSON.stringify(document), code: null, detail };
}

const MORE_HEADERS: Partial<Record<RefusalCode, Readonly<Record<string, string>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer' },
  method_not_allowed: { allow: 'GET, POST, OPTIONS' },
};

/**
 * Whether the service limits the rate or is overloaded. The endpoint then answers 503, so that clients and proxies wait and do
 * not treat the endpoint as broken.
 */
function isOverloaded({ code, httpStatus }: CliError): boolean {
  return code === 'rate_limited' || httpStatus === 429 || httpStatus === 503;
}

/**
 * Returns the answer to a failed request. The answer contains a stable code, and no text of the service or of the application.
 */
export function failureOutcome(thrown: unknown): Outcome {
  if (thrown instanceof CliError && thrown.code !== 'internal_error') {
    const { code, message, retryAfterMs } = thrown;
    return {
      status: isOverloaded(thrown) ? 503 : 502,
      body: errorBody(code, `No token could be minted: ${meaningOf(code)}.`),
      headers: retryAfter(retryAfterMs),
      code,
      // Control characters are removed, because the message can quote the service and the log can be a terminal.
      detail: message.replace(/[^\x20-\x7e]/g, '?'),
    };
  }
  const refusal =
    thrown instanceof EndpointRefusal ? thrown : new EndpointRefusal('internal_error');
  const { code, status, message, details } = refusal;
  return {
    status,
    body: errorBody(code, message),
    headers: { ...MORE_HEADERS[code], ...retryAfter(details.retryAfterMs) },
    code,
    detail: null,
  };
}

function retryAfter(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) };
}
