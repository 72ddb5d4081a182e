import type { ErrorCode } from '../../core/error-codes';
import type { ExplainedCode } from '../../core/explanations/index';
import { explainCode } from './codes';
import { type ExplainedRefusal, explainRefusal, REFUSAL_CODES } from './refusals';

/** The JSON of an explained HTTP status. */
export interface ExplainedStatus {
  readonly status: number;
  readonly meaning: string;
  /** The error codes that vstoken reports for this status. */
  readonly codes: readonly ExplainedCode[];
  /** The error answers of the token endpoint that have this status. */
  readonly refusals: readonly ExplainedRefusal[];
}

type Entry = readonly [meaning: string, ...codes: ErrorCode[]];

const STATUSES: Readonly<Record<number, Entry>> = {
  101: ['Switching Protocols: the server opened a WebSocket.'],
  200: ['OK: the request succeeded.'],
  204: ['No Content: the request succeeded, and the answer has no content.'],
  301: ['Moved Permanently: the server redirects to another address.', 'redirected'],
  302: ['Found: the server redirects to another address, often a login page.', 'redirected'],
  304: ['Not Modified: a cache answered that nothing has changed.', 'redirected'],
  307: ['Temporary Redirect: the server redirects to another address.', 'redirected'],
  308: ['Permanent Redirect: the server redirects to another address.', 'redirected'],
  400: ['Bad Request: something in the request is wrong.', 'request_rejected'],
  401: [
    'Unauthorized: the request has no API key or auth token that the server accepts.',
    ...(['key_refused', 'token_refused', 'token_expired', 'token_spent'] as const),
    'token_for_other_server',
  ],
  402: [
    'Payment Required: the plan or the balance of the account does not allow this request.',
    'request_rejected',
  ],
  403: [
    'Forbidden: the server knows the API key or auth token, but does not allow this request.',
    ...(['token_scope', 'forbidden', 'upgrade_refused'] as const),
  ],
  404: [
    'Not Found: the server has nothing at this path.',
    ...(['request_rejected', 'minting_unavailable', 'not_vocalstack'] as const),
  ],
  405: [
    'Method Not Allowed: the path exists, but not for this method.',
    'request_rejected',
    'not_vocalstack',
  ],
  407: [
    'Proxy Authentication Required: the proxy requires a user and a password.',
    'proxy_auth_required',
  ],
  408: ['Request Timeout: the request took too long to arrive.', 'service_error'],
  409: ['Conflict: the request conflicts with existing data.', 'request_rejected'],
  410: ['Gone: the path no longer exists.', 'minting_unavailable', 'request_rejected'],
  413: [
    'Content Too Large: the body of the request is larger than the server accepts.',
    'request_rejected',
  ],
  415: [
    'Unsupported Media Type: the server does not accept a body of this kind.',
    'request_rejected',
  ],
  421: ['Misdirected Request: the Host header names another server.', 'request_rejected'],
  422: [
    'Unprocessable Content: the request is valid, but the server cannot do what the request asks for.',
    ...(['audio_unreachable', 'duration_guard', 'request_rejected'] as const),
  ],
  426: [
    'Upgrade Required: the server requires another protocol for this request.',
    'upgrade_refused',
  ],
  429: ['Too Many Requests: the client sent more requests than the server allows.', 'rate_limited'],
  431: ['Request Header Fields Too Large: the headers are too large.', 'request_rejected'],
  499: ['Client Closed Request: the client closed the connection before the answer.'],
  500: ['Internal Server Error: the server failed.', 'service_error'],
  501: ['Not Implemented: the server cannot do this.', 'service_error'],
  502: [
    'Bad Gateway: a gateway got no usable answer from another server. vstoken serve answers with this status if it could not mint a token.',
    'service_error',
  ],
  503: ['Service Unavailable: the server is overloaded, or under maintenance.', 'service_error'],
  504: [
    'Gateway Timeout: a gateway waited too long for the answer of another server.',
    'service_error',
  ],
};

const CLASSES: Readonly<Record<string, Entry>> = {
  1: ['Informational: the final answer comes later.'],
  2: ['Success: the request succeeded.'],
  3: ['Redirection: the server redirects to another address.', 'redirected'],
  4: ['Client error: the server rejected the request.', 'request_rejected'],
  5: ['Server error: the server failed.', 'service_error'],
};

/** The HTTP statuses and their meanings, for shell completion. */
export const KNOWN_STATUSES: readonly (readonly [status: string, meaning: string])[] =
  Object.entries(STATUSES).map(([status, [meaning]]) => [status, meaning]);

export const isStatus = (text: string): boolean => /^[1-5]\d\d$/.test(text);

const NAMES = new Map(
  Object.entries(STATUSES).map(([status, [meaning]]) => [
    meaning.split(':')[0]?.toLowerCase(),
    Number(status),
  ]),
);

/** Parses `HTTP 401`, `HTTP/1.1 401 Unauthorized`, `401 Unauthorized` or `Unauthorized`. Returns null for other texts. */
export function statusOf(text: string): number | null {
  const [, status, name = ''] =
    /^(?:HTTP(?:\/[\d.]{1,3})?[ ]|status(?: code)?:?[ ])?(?:([1-5]\d\d)\b)?[ ]?([a-z -]{0,40})$/i.exec(
      text,
    ) ?? [];
  return status === undefined ? (NAMES.get(name.toLowerCase()) ?? null) : Number(status);
}

export async function explainStatus(status: number): Promise<ExplainedStatus> {
  const entry = STATUSES[status] ?? CLASSES[String(status).charAt(0)];
  const [meaning = '', ...codes] = entry ?? [];
  const all = await Promise.all(REFUSAL_CODES.map(explainRefusal));
  return {
    status,
    meaning,
    codes: codes.map((code) => explainCode(code)),
    refusals: all.filter((refusal) => refusal.status === status),
  };
}
