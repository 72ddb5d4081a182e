import type { IncomingMessage } from 'node:http';
import { HEADERS } from '../api/protocol';
import { CliError } from '../core/errors';
import { findMisdirection } from '../core/loopback-server';
import { isWebOrigin } from '../core/origin';
import { Refusal } from './refusal';

const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * Checks the Host header of a request.
 * @throws Refusal 421 if the header contains another host; 400 if the header is missing or repeated, or if the request line
 * contains for example a whole URL instead of a path
 */
export function requireOwnHost(
  request: IncomingMessage,
  {
    port,
    publicOrigins,
  }: { readonly port: () => number; readonly publicOrigins: readonly string[] },
): void {
  const { rawHeaders, url } = request;
  const misdirected = findMisdirection(rawHeaders, url, port(), publicOrigins);
  if (misdirected) throw new Refusal(misdirected.status, misdirected.reason);
}

/**
 * Checks the form of the origins whose pages may read the answers. Loopback origins are always allowed and need not be listed.
 * @throws CliError `invalid_value` for anything but `scheme://host[:port]`; the error does not quote the origin
 */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!isWebOrigin(origin)) {
      throw new CliError(
        'invalid_value',
        'An allowed origin must have the form https://host or https://host:port.',
        { hint: 'Remove the path, or the slash at the end. Loopback origins are always allowed.' },
      );
    }
  }
  return origins;
}

export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return LOOPBACK_ORIGIN.test(origin) || allowed.includes(origin);
}

const HEADER_NAMES = /^[\w!#$%&'*+.^`|~ ,-]{1,1024}$/;

/**
 * Returns the names of all headers that a page wants to send, so that the answer to a preflight allows all of them. Most API
 * gateways do the same.
 */
function allowedHeaders(request: IncomingMessage): string {
  const requested = request.headers['access-control-request-headers'];
  if (requested !== undefined && HEADER_NAMES.test(requested)) return requested;
  return `${HEADERS.authorization}, ${HEADERS.expectedVersion}, content-type`;
}

/** Returns the CORS headers of an answer. For a preflight, the headers allow a page to send `Authorization`. */
export function corsHeaders(
  request: IncomingMessage,
  allowed: readonly string[],
): Readonly<Record<string, string>> {
  const origin = request.headers.origin;
  if (origin === undefined || !isAllowedOrigin(origin, allowed)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': `${HEADERS.version}, ${HEADERS.discontinued}`,
    ...(request.method === 'OPTIONS' && {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': allowedHeaders(request),
      'access-control-max-age': '600',
    }),
  };
}
