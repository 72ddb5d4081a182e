import { isWebOrigin } from '../core/origin';
import { EndpointRefusal } from './refusal';

/** Which pages may request tokens. */
export interface OriginPolicy {
  /** Exact origins; there is no wildcard. */
  readonly allowOrigins: readonly string[];
  /** Whether pages may send cookies. */
  readonly allowCredentials: boolean;
  /** More request headers that pages may send, in lower case. */
  readonly allowHeaders?: readonly string[];
}

/** The allowed origin of the page that sent a request; null if no page sent it. @throws EndpointRefusal for any other page */
export function requireAllowedOrigin(
  { headers }: Request,
  { allowOrigins }: OriginPolicy,
): string | null {
  const origin = headers.get('origin');
  if (headers.get('sec-fetch-mode') === 'navigate') throw new EndpointRefusal('not_a_page');
  if (origin !== null && allowOrigins.includes(origin)) return origin;
  const site = headers.get('sec-fetch-site');
  // Browsers send requests for images and scripts of another site without an Origin header.
  if (origin !== null || site === 'cross-site' || site === 'same-site') {
    throw new EndpointRefusal('origin_not_allowed');
  }
  return null;
}

/** The origin of a request for the log; null if the header is not an origin, since it could then contain anything. */
export function originForLog({ headers }: Request, { allowOrigins }: OriginPolicy): string | null {
  const origin = headers.get('origin');
  if (origin === null || allowOrigins.includes(origin)) return origin;
  return origin.length <= 200 && isOrigin(origin) ? origin : null;
}

/** The CORS headers with which an allowed page may read the answer. Those of the preflight also let it send credentials and JSON. */
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

/** Schemes that no app uses: a browser's own, and those without an origin. */
const NOT_APP_SCHEME = /^(https?|wss?|ftp|file|data|blob|about|javascript|null):/;

/** Whether a text is an origin as a browser or the web view of an app sends it: also `capacitor://localhost` and `chrome-extension://ID`. */
export function isOrigin(text: string): boolean {
  if (isWebOrigin(text)) return true;
  // IDs of Safari extensions are in capitals.
  return (
    /^[a-z][a-z\d+.-]*:\/\/[A-Za-z\d._-]+(:\d{1,5})?$/.test(text) && !NOT_APP_SCHEME.test(text)
  );
}
