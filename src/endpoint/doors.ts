import { isWebOrigin } from '../core/origin';
import { EndpointRefusal } from './refusal';

/** Which pages may ask. */
export interface Doors {
  /** Exact origins; there is no wildcard. */
  readonly allowOrigins: readonly string[];
  /** Whether pages may send cookies along. */
  readonly allowCredentials: boolean;
  /** Headers that pages may send beside those of a token, in lower case. */
  readonly allowHeaders?: readonly string[];
}

/** The origin of the page that asks, if it may; null for whoever is no page. @throws EndpointRefusal for any other page */
export function requireAllowedPage({ headers }: Request, { allowOrigins }: Doors): string | null {
  const origin = headers.get('origin');
  if (headers.get('sec-fetch-mode') === 'navigate') throw new EndpointRefusal('not_a_page');
  if (origin !== null && allowOrigins.includes(origin)) return origin;
  const site = headers.get('sec-fetch-site');
  // Images, scripts and the like of another site come without an Origin.
  if (origin !== null || site === 'cross-site' || site === 'same-site') {
    throw new EndpointRefusal('origin_not_allowed');
  }
  return null;
}

/** The origin of a request, if it may stand in a log: what is none could be anything. */
export function nameableOrigin({ headers }: Request, { allowOrigins }: Doors): string | null {
  const origin = headers.get('origin');
  if (origin === null || allowOrigins.includes(origin)) return origin;
  return origin.length <= 200 && isOrigin(origin) ? origin : null;
}

/** What lets an allowed page read an answer; those of the preflight let it send the secret and JSON. */
export function corsHeaders(
  { method, headers }: Request,
  { allowOrigins, allowCredentials, allowHeaders = [] }: Doors,
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

/** Schemes that are a browser's own or name no origin. */
const NO_APPS = /^(https?|wss?|ftp|file|data|blob|about|javascript|null):/;

/** Whether a text is an origin as a browser or the web view of an app sends it: also `capacitor://localhost` and `chrome-extension://ID`. */
export function isOrigin(text: string): boolean {
  if (isWebOrigin(text)) return true;
  // Safari's extensions have their ID in capitals.
  return /^[a-z][a-z\d+.-]*:\/\/[A-Za-z\d._-]+(:\d{1,5})?$/.test(text) && !NO_APPS.test(text);
}
