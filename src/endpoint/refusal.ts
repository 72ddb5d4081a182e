/** Every refusal of the endpoint's own: its status, and what it tells whoever asked. */
const REFUSALS = {
  bad_request: [400, 'The request is not as HTTP wants it, or not for this server.'],
  invalid_options: [400, 'The options of the token cannot be read.'],
  unauthenticated: [401, 'Whoever asks for a token has to prove that they may.'],
  origin_not_allowed: [403, 'Pages of this origin may not ask for tokens.'],
  not_a_page: [403, 'A token is fetched by a script; it is no page to go to.'],
  above_ceiling: [403, 'This endpoint hands out no token that may do so much.'],
  not_found: [404, 'There is nothing at this path.'],
  method_not_allowed: [405, 'A token is asked for with GET or POST.'],
  request_timeout: [408, 'The request took too long to arrive.'],
  body_too_large: [413, 'The body is too large.'],
  unsupported_media_type: [415, 'A body has to be application/json.'],
  wrong_host: [
    421,
    'This server answers to its loopback names only, and to those of --public-url.',
  ],
  too_many_requests: [429, 'Too many requests: wait as long as Retry-After says.'],
  headers_too_large: [431, 'The headers are too large.'],
  client_gone: [499, 'Nobody waits for the answer any more.'],
  internal_error: [500, 'Something went wrong in the endpoint itself.'],
  busy: [503, 'Too many requests at once: try again in a moment.'],
  authentication_unavailable: [
    503,
    'Whether you may have a token could not be found out: try again in a moment.',
  ],
} as const;

export type RefusalCode = keyof typeof REFUSALS;

interface Details {
  /** In the place of the code's own text. */
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** For the application alone: why it came to this. */
  readonly cause?: unknown;
}

/** A request that gets no token; thrown on the way to one. */
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
