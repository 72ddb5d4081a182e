import type { ErrorCode } from '../core/error-codes';
import type { Access } from '../core/token';
import type { RefusalCode } from '../endpoint/refusal';

/** The codes of the endpoint: its own, and those of `vstoken mint` for what the service and the network did. */
export type EndpointCode = RefusalCode | ErrorCode;

/** The JSON of an endpoint that answers 200. */
export interface EndpointToken {
  /** What a client sends as `Authorization: Bearer`, or hands to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  /** In seconds, from before the service was asked. */
  readonly lifetime_s: number;
  /** Whether its first use spends it. */
  readonly one_time: boolean;
  /** By the clock of the server, as `2026-11-24T10:01:00.000Z`. */
  readonly expires_at: string;
}

/** The JSON of every other answer of the endpoint. */
export interface EndpointError {
  readonly error: { readonly code: EndpointCode; readonly message: string };
}

/** A token, and all that a page knows of it. */
export interface Token {
  /** What a client sends as `Authorization: Bearer`, or hands to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  /** In seconds. */
  readonly lifetimeS: number;
  /** Whether its first use spends it. */
  readonly oneTime: boolean;
  /** By the clock of this machine, counted from before the request: never later than the truth. */
  readonly expiresAt: Date;
}

/**
 * Why there is no token.
 * - `network`: no answer came. Nothing listens there, the connection broke, or the endpoint refuses pages of this origin: a browser
 *   does not tell a page which.
 * - `refused`: the endpoint answered with an error; `status`, `code` and `retryAfterS` say which.
 * - `malformed`: the answer is not that of a token endpoint, for instance a page to log in.
 */
export class TokenSourceError extends Error {
  // Declared alone: fields of classes are younger than the browsers that this has to run in.
  declare readonly kind: 'network' | 'refused' | 'malformed';
  /** The HTTP status, or null where there was none. */
  declare readonly status: number | null;
  /** The endpoint's code, or null where it gave none. A proxy before the endpoint may have codes of its own. */
  declare readonly code: EndpointCode | (string & Record<never, never>) | null;
  /** How long to wait before the next request, in whole seconds, or null where the endpoint did not say. */
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

/** What is longer than this is no answer of a token endpoint, and is not parsed. */
const MAX_ANSWER_LENGTH = 16_384;
const MAX_TOKEN_LENGTH = 4096;
const MAX_MESSAGE_LENGTH = 300;
const MAX_WAIT_S = 86_400;

/** @throws TokenSourceError for any answer but one with a token; its message has no word of an answer that is not understood */
export function readAnswer(
  { ok, status, type, headers }: Response,
  text: string,
  askedAt: number,
  now: number,
): Token {
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    const message = 'The token endpoint answered with a redirect, perhaps to a page to log in.';
    throw new TokenSourceError('malformed', message, { status: status || null });
  }
  const body = parseObject(text);
  if (!ok) {
    const error = Object(body['error']);
    const [code, says] = [error.code, error.message].map((value) =>
      typeof value === 'string' ? value : '',
    );
    throw new TokenSourceError(
      'refused',
      says?.slice(0, MAX_MESSAGE_LENGTH) || `The token endpoint answered ${status}.`,
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
    const message = 'The answer is not that of a token endpoint: there is no token in it.';
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

/** Seconds or a date. A proxy may send either. */
function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_WAIT_S);
}
