/** The errors of the endpoint itself, with their HTTP status and their message for the client. */
const REFUSALS = {
  bad_request: [400, 'The request is not valid HTTP, or is not for this server.'],
  invalid_options: [400, 'The options of the token are not valid.'],
  unauthenticated: [401, 'Authentication required.'],
  origin_not_allowed: [403, 'This endpoint does not allow the origin of this page.'],
  not_a_page: [403, 'This endpoint is not a page. Request tokens from a script.'],
  above_ceiling: [403, 'The requested options are above the maximum of this endpoint.'],
  not_found: [404, 'No endpoint at this path.'],
  method_not_allowed: [405, 'The method must be GET or POST.'],
  request_timeout: [408, 'The request took too long to arrive.'],
  body_too_large: [413, 'The body is larger than the maximum of 64 KiB.'],
  unsupported_media_type: [415, 'The Content-Type of the body must be application/json.'],
  wrong_host: [
    421,
    'The Host header must be a loopback name of this server, or the host in --public-url.',
  ],
  too_many_requests: [
    429,
    'Too many requests. Wait as many seconds as the header Retry-After says.',
  ],
  headers_too_large: [431, 'The headers are too large.'],
  client_gone: [499, 'The client disconnected before the answer.'],
  internal_error: [500, 'The endpoint failed because of an internal error.'],
  busy: [503, 'Too many requests at the same time. Try again in a moment.'],
  authentication_unavailable: [503, 'Authentication could not be checked. Try again in a moment.'],
} as const;

export type RefusalCode = keyof typeof REFUSALS;

interface Details {
  /** Replaces the default message of the code. */
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** The reason, for the log of the application. The client does not see it. */
  readonly cause?: unknown;
}

/** Thrown if the endpoint itself, and not the service, rejects a request. */
export class EndpointRefusal extends Error {
  readonly code: RefusalCode;
  readonly details: Details;

  constructor(code: RefusalCode, details: Details = {}) {
    super(details.message ?? REFUSALS[code][1]);
    this.name = 'EndpointRefusal';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return REFUSALS[this.code][0];
  }
}

export function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } });
}
