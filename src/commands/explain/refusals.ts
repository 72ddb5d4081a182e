import type { RefusalCode } from '../../endpoint/refusal';

/** The JSON of an explained refusal. A refusal is an error answer of a token endpoint. */
export interface ExplainedRefusal {
  readonly refusal: RefusalCode;
  readonly status: number;
  readonly meaning: string;
  readonly causes: readonly string[];
  readonly fixes: readonly string[];
}

type Texts = readonly [causes: readonly string[], fixes: readonly string[]];

/** Causes and fixes of each error answer of `serve` and `createTokenHandler`. */
const TEXTS: Readonly<Record<RefusalCode, Texts>> = {
  bad_request: [
    ['The request is not valid HTTP, or its path is an absolute URL of another server.'],
    ['Send the request to the URL that vstoken serve prints at its start.'],
  ],
  invalid_options: [
    ['The query or the JSON body has an unknown option, or a value that is not allowed.'],
    [
      'Use only the options "access", "lifetime_s" and "one_time". To see the allowed values: vstoken help mint',
    ],
  ],
  unauthenticated: [
    [
      'The request has neither the secret of the endpoint nor the Origin of an allowed page.',
      'The request has the secret of an earlier run. vstoken serve makes a new secret at each start.',
      'On your own server: the function "authenticate" that you gave to createTokenHandler returned neither true nor valid limits for tokens.',
    ],
    [
      'Send the secret that vstoken serve prints at its start, as "Authorization: Bearer SECRET".',
      'Or allow the origin of the page: vstoken serve --allow-origin http://localhost:5173',
    ],
  ],
  authentication_unavailable: [
    [
      'On your own server: the function "authenticate" that you gave to createTokenHandler failed, or did not answer within ten seconds.',
    ],
    [
      'Check the error that was passed to your function "onError". Let "authenticate" return false for a person who is not logged in.',
    ],
  ],
  origin_not_allowed: [
    [
      'The origin of the page is not allowed. The same page with another scheme, host or port has another origin.',
      'http://127.0.0.1 and http://localhost are different origins.',
    ],
    [
      'Allow the origin that the log of the endpoint shows: vstoken serve --allow-origin http://localhost:5173',
    ],
  ],
  not_a_page: [
    ['The URL of the endpoint was opened in a browser, as a page.'],
    ['Request the token in a script of your page, with POST.'],
  ],
  above_ceiling: [
    ['The request asks for more access, a longer lifetime or more uses than the endpoint allows.'],
    [
      'Request less access, a shorter lifetime or a one-time token.',
      'Or let the endpoint allow more: vstoken serve --access readwrite --lifetime 60s',
    ],
  ],
  not_found: [
    ['The path is not the path of the endpoint, which is /token unless --path is set.'],
    ['Send the request to the URL that vstoken serve prints at its start.'],
  ],
  method_not_allowed: [
    ['The method of the request is not GET, POST or OPTIONS.'],
    ['Send the request with POST.'],
  ],
  request_timeout: [
    ['The headers or the body of the request took too long to arrive.'],
    ['Send the whole body without a pause, or send no body.'],
  ],
  body_too_large: [
    ['The body of the request is larger than the endpoint accepts.'],
    ['Send only the options "access", "lifetime_s" and "one_time", or no body.'],
  ],
  unsupported_media_type: [
    ['The body is not JSON, or the Content-Type of the request is not application/json.'],
    ['Send the header "Content-Type: application/json" with a JSON body.'],
  ],
  wrong_host: [
    [
      'The Host header names another server. Often, a proxy or a development server passes on the Host header of the browser unchanged.',
      'The client uses another host name: the name of a container, or the host of a forwarded port.',
    ],
    [
      'Let the proxy rewrite the Host header: in Vite, set changeOrigin to true.',
      'Or allow the origin that the clients use: vstoken serve --public-url https://example.test',
    ],
  ],
  too_many_requests: [
    ['The endpoint got more requests for tokens in a minute than it allows.'],
    ['Wait as long as the Retry-After header says.', 'Or allow more: vstoken serve --rate 120/min'],
  ],
  headers_too_large: [
    ['The headers are too large, most often because of many cookies of the same host.'],
    ['Remove the cookies of the host, or use another host name for the page.'],
  ],
  client_gone: [
    [
      'The client closed the connection before the answer: the page was closed, or the request was aborted.',
    ],
    ['Nothing needs to be done. If this happens often, check the timeout of the client.'],
  ],
  internal_error: [
    ['Something failed in the endpoint, or in the function "authenticate" of your server.'],
    ['Read the log of the endpoint, which shows the error.'],
  ],
  busy: [
    ['The endpoint is already answering the maximum number of requests.'],
    ['Try again after the time in the Retry-After header.'],
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
