import { isWebOrigin } from '../core/origin';
import { EndpointRefusal } from './refusal';

/** The pages that may request tokens. */
export interface OriginPolicy {
  /** Exact origins. Wildcards are not supported. */
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
  /** Names of additional request headers that pages may send, in lower case. */
  readonly allowHeaders?: readonly string[];
}

/**
 * Returns the allowed origin of the page that sent a request. Returns null if no page sent the request.
 * @throws EndpointRefusal if a page sent the request and its origin is not allowed
 */
export function requireAllowedOrigin(
  { headers }: Request,
  { allowOrigins }: OriginPolicy,
): string | null {
  const origin = headers.get('origin');
  if (headers.get('sec-fetch-mode') === 'navigate') throw new EndpointRefusal('not_a_page');
  if (origin !== null && allowOrigins.includes(origin)) return origin;
  const site = headers.get('sec-fetch-site');
  // If a page loads an image or a script of another site, the browser sends no Origin header. So Sec-Fetch-Site is checked too.
  if (origin !== null || site === 'cross-site' || site === 'same-site') {
    throw new EndpointRefusal('origin_not_allowed');
  }
  return null;
}

/**
 * Returns the origin of a request for the log. Returns null if the Origin header is not an origin, because the header can contain
 * anything.
 */
export function originForLog({ headers }: Request, { allowOrigins }: OriginPolicy): string | null {
  const origin = headers.get('origin');
  if (origin === null || allowOrigins.includes(origin)) return origin;
  return origin.length <= 200 && isOrigin(origin) ? origin : null;
}

/**
 * Returns the CORS headers that let an allowed page read the answer. For a preflight, the headers also let the page send the
 * request headers Authorization and Content-Type, and those in `allowHeaders`.
 */
export function corsHeaders(
  { method, headers }: Request,
  { allowOrigins, allowCredentials, allowHeaders = [] }: OriginPolicy,
): Readonly<Record<string, string>> {
  const origin = headers.get('origin');
  if (origin === null || !allowOrigins.includes(origin)) return {};
  return {
    'access-control-allow-origin': origin,
    ...(allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(method === 'OPTIONS'
      ? {
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': ['authorization', 'content-type', ...allowHeaders].join(
            ', ',
          ),
          'access-control-max-age': '600',
          ...(headers.get('access-control-request-private-network') === 'true' && {
            'access-control-allow-private-network': 'true',
          }),
        }
      : { 'access-control-expose-headers': 'Retry-After' }),
  };
}

/** Matches URL schemes that are not specific to an app: those of the web, such as `https`, and those without an origin. */
const NOT_APP_SCHEME = /^(https?|wss?|ftp|file|data|blob|about|javascript|null):/;

/**
 * Whether a text is an origin that a browser or the web view of an app sends. Examples: `https://app.example.com`,
 * `capacitor://localhost`, `chrome-extension://ID`.
 */
export function isOrigin(text: string): boolean {
  if (isWebOrigin(text)) return true;
  // Capitals are allowed, because the IDs of Safari extensions are in capitals.
  return (
    /^[a-z][a-z\d+.-]*:\/\/[A-Za-z\d._-]+(:\d{1,5})?$/.test(text) && !NOT_APP_SCHEME.test(text)
  );
}
