import type { ErrorCode } from '../core/error-codes';
import type { Access } from '../core/token';
import type { RefusalCode } from '../endpoint/refusal';

/**
 * The error codes of a token endpoint: its own codes, and the codes of `vstoken mint` for failures of the service and the
 * network.
 */
export type EndpointCode = RefusalCode | ErrorCode;

/** The JSON of an endpoint's answer with status 200. */
export interface EndpointToken {
  /** Send it as `Authorization: Bearer TOKEN`, or pass it to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  /** In seconds. The lifetime starts just before the endpoint sends its request to the service. */
  readonly lifetime_s: number;
  /** Whether the token works only once. */
  readonly one_time: boolean;
  /** The time of expiry by the server's clock, such as `2026-11-24T10:01:00.000Z`. */
  readonly expires_at: string;
}

/** The JSON of an endpoint's answer with a status other than 200. */
export interface EndpointError {
  readonly error: { readonly code: EndpointCode; readonly message: string };
}

/** A token with its options and its time of expiry. */
export interface Token {
  /** Send it as `Authorization: Bearer TOKEN`, or pass it to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  /** In seconds. */
  readonly lifetimeS: number;
  /** Whether the token works only once. */
  readonly oneTime: boolean;
  /**
   * The time of expiry by the clock of this machine. The lifetime is counted from just before the request, so this time is never
   * later than the real expiry.
   */
  readonly expiresAt: Date;
}

/**
 * The error if a token could not be fetched. `kind` is the reason.
 * - `network`: the page got no answer, because nothing listens at the address, because the connection was lost, or because the
 *   endpoint does not allow the origin of the page. A browser does not tell the page which of the three happened.
 * - `refused`: the endpoint answered with an error. See `status`, `code` and `retryAfterS`.
 * - `malformed`: the answer is not from a token endpoint, for example a login page.
 */
export class TokenSourceError extends Error {
  // `declare` avoids class fields, which the oldest supported browsers do not have.
  declare readonly kind: 'network' | 'refused' | 'malformed';
  /** The HTTP status. Null if there was no answer. */
  declare readonly status: number | null;
  /** The endpoint's error code. Null if the answer has no code. A proxy in front of the endpoint can send other codes. */
  declare readonly code: EndpointCode | (string & Record<never, never>) | null;
  /** How long to wait before the next request, in whole seconds. Null if the answer has no valid header Retry-After. */
  declare readonly retryAfterS: number | null;

  constructor(
    kind: TokenSourceError['kind'],
    message: string,
    details: Partial<Pick<TokenSourceError, 'status' | 'code' | 'retryAfterS'>> = {},
  ) {
    super(message);
    this.name = 'TokenSourceError';
    this.kind = kind;
    this.status = details.status ?? null;
    this.code = details.code ?? null;
    this.retryAfterS = details.retryAfterS ?? null;
  }
}

/** The maximum length of an answer, in characters. A longer text is not from a token endpoint, so it is not parsed. */
const MAX_ANSWER_LENGTH = 16_384;
const MAX_TOKEN_LENGTH = 4096;
const MAX_MESSAGE_LENGTH = 300;
const MAX_WAIT_S = 86_400;

/**
 * Reads the token from an answer.
 * @throws TokenSourceError if the answer has no valid token. The error quotes no text of the answer, except the endpoint's
 * `error.message`.
 */
export function readAnswer(
  { ok, status, type, headers }: Response,
  text: string,
  askedAt: number,
  now: number,
): Token {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const message = 'The token endpoint answered with a redirect, maybe to a login page.';
    throw new TokenSourceError('malformed', message, { status: status || null });
  }
  const body = parseObject(text);
  if (!ok) {
    const error = Object(body['error']);
    const [code, serverMessage] = [error.code, error.message].map((value) =>
      typeof value === 'string' ? value : '',
    );
    throw new TokenSourceError(
      'refused',
      serverMessage?.slice(0, MAX_MESSAGE_LENGTH) ||
        `The token endpoint answered with status ${status}.`,
      {
        status,
        code: code && /^\w{1,64}$/.test(code) ? code : null,
        retryAfterS: readRetryAfter(headers.get('retry-after'), now),
      },
    );
  }
  const { token, access, lifetime_s: lifetimeS, one_time: oneTime } = body;
  if (
    typeof token !== 'string' ||
    token.length > MAX_TOKEN_LENGTH ||
    !/^[!-~]+$/.test(token) ||
    (access !== 'readonly' && access !== 'readwrite') ||
    typeof lifetimeS !== 'number' ||
    !(lifetimeS > 0 && lifetimeS < MAX_WAIT_S) ||
    typeof oneTime !== 'boolean'
  ) {
    const message = 'The answer is not from a token endpoint: it has no token.';
    throw new TokenSourceError('malformed', message, { status });
  }
  return { token, access, lifetimeS, oneTime, expiresAt: new Date(askedAt + lifetimeS * 1000) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return text.length > MAX_ANSWER_LENGTH ? {} : Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Reads the header Retry-After and returns seconds. The header contains seconds or, if a proxy sent the answer, maybe a date. */
function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_WAIT_S);
}
