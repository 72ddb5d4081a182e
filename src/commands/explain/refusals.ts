import type { RefusalCode } from '../../endpoint/refusal';

/** A refusal of the token endpoint, in JSON. */
export interface ExplainedRefusal {
  readonly refusal: RefusalCode;
  /** The HTTP status. */
  readonly status: number;
  readonly meaning: string;
  readonly causes: readonly string[];
  readonly fixes: readonly string[];
}

type Texts = readonly [causes: readonly string[], fixes: readonly string[]];

/** Causes and fixes of each refusal of `serve` and `createTokenHandler`. */
const TEXTS: Readonly<Record<RefusalCode, Texts>> = {
  bad_request: [
    ['The request is not valid HTTP, or its path is an absolute URL of another server.'],
    ['Send the request to the URL that the command prints at its start: vstoken serve'],
  ],
  invalid_options: [
    ['The query or the JSON body has a name or a value that no token has.'],
    ['Use access, lifetime_s and one_time alone, with values that mint accepts: vstoken help mint'],
  ],
  unauthenticated: [
    [
      'The request has neither the secret of the endpoint nor the Origin of an allowed page.',
      'The secret is that of an earlier start.',
      'In a server of your own: its function authenticate did not return true.',
    ],
    [
      'Send the secret that the command prints at its start, as "Authorization: Bearer SECRET".',
      'Or allow the origin of the page: vstoken serve --allow-origin http://localhost:5173',
    ],
  ],
  authentication_unavailable: [
    [
      'In a server of your own: its function authenticate failed, or did not answer within ten seconds.',
    ],
    [
      'Look at the error that onError received. Let authenticate return false for a person who is not logged in.',
    ],
  ],
  origin_not_allowed: [
    [
      'The page has another origin than those that are allowed: another scheme, host or port counts as another origin.',
      'http://127.0.0.1 and http://localhost are two origins.',
    ],
    [
      'Allow the origin that the log of the endpoint shows: vstoken serve --allow-origin http://localhost:5173',
    ],
  ],
  not_a_page: [
    ['The URL of the endpoint was opened in a browser, as a page.'],
    ['Ask for the token in a script of your page, with POST.'],
  ],
  above_ceiling: [
    ['The request asks for more access, a longer lifetime or more uses than the endpoint allows.'],
    ['Ask for less.', 'Or allow more: vstoken serve --access readwrite --lifetime 60s'],
  ],
  not_found: [
    ['The path is not that of the endpoint, which is /token unless --path says otherwise.'],
    ['Send the request to the URL that the command prints at its start: vstoken serve'],
  ],
  method_not_allowed: [
    ['The request has another method than GET, POST or OPTIONS.'],
    ['Send it with POST.'],
  ],
  request_timeout: [
    ['The headers or the body of the request took too long to arrive.'],
    ['Send the body in one piece, or none.'],
  ],
  body_too_large: [
    ['The body has more than the options of a token.'],
    ['Send access, lifetime_s and one_time alone, or no body.'],
  ],
  unsupported_media_type: [
    ['The body is not JSON, or its Content-Type does not say so.'],
    ['Send the header "Content-Type: application/json" with a JSON body.'],
  ],
  wrong_host: [
    [
      'The Host header names another server: a proxy, such as that of a development server, passes its own on.',
      'The endpoint is called by a name of a container or of a forwarded port.',
    ],
    [
      'Let the proxy rewrite the Host header: in Vite, set changeOrigin to true.',
      'Or name the origin by which it is called: vstoken serve --public-url https://example.test',
    ],
  ],
  too_many_requests: [
    ['More tokens were asked for within a minute than the endpoint hands out.'],
    ['Wait as long as the Retry-After header says.', 'Or allow more: vstoken serve --rate 120/min'],
  ],
  headers_too_large: [
    ['The headers are too large, most often because of many cookies of the same host.'],
    ['Remove the cookies of the host, or use another host name for the page.'],
  ],
  client_gone: [
    [
      'The client closed the connection before the answer: a page was left, or a request was aborted.',
    ],
    ['Nothing has to be done. Where it happens often, look for a timeout in the client.'],
  ],
  internal_error: [
    ['Something failed in the endpoint itself, or in the function authenticate of your server.'],
    ['Read the log of the endpoint, which says what failed.'],
  ],
  busy: [
    ['More requests are being answered at once than the endpoint accepts.'],
    ['Try again in a moment, as the Retry-After header says.'],
  ],
};

export const REFUSAL_CODES = Object.keys(TEXTS) as readonly RefusalCode[];

export function isRefusal(code: string): code is RefusalCode {
  return Object.hasOwn(TEXTS, code);
}

export async function explainRefusal(refusal: RefusalCode): Promise<ExplainedRefusal> {
  const { EndpointRefusal } = await import('../../endpoint/refusal');
  const { status, message: meaning } = new EndpointRefusal(refusal);
  const [causes, fixes] = TEXTS[refusal];
  return { refusal, status, meaning, causes, fixes };
}
