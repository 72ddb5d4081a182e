import type { IncomingMessage } from 'node:http';
import { HEADERS } from '../api/protocol';
import { CliError } from '../core/errors';
import { isWebOrigin } from '../core/origin';
import { Refusal } from './refusal';

const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * Refuses what a page on another site could send by rebinding its own name to this machine.
 * @throws Refusal 421 for a foreign Host, 400 for none, several, or a target that is not a path
 */
export function requireOwnHost(request: IncomingMessage, port: number): void {
  const hosts = request.rawHeaders.filter(
    (_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'host',
  );
  if (hosts.length !== 1) throw new Refusal(400, 'exactly one Host header is needed');
  if (!request.url?.startsWith('/')) throw new Refusal(400, 'the request target must be a path');
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const own = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  if (!own.includes(hosts[0] ?? '')) {
    throw new Refusal(421, 'this server answers to its loopback names only');
  }
}

/**
 * Origins beyond loopback whose pages may read the answers.
 * @throws CliError `invalid_value`, without the text, for anything but `scheme://host[:port]`
 */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!isWebOrigin(origin)) {
      throw new CliError(
        'invalid_value',
        'An allowed origin is written as a browser sends it: https://host or https://host:port.',
        { hint: 'Without a path or a slash at its end. Loopback origins are always allowed.' },
      );
    }
  }
  return origins;
}

export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return LOOPBACK_ORIGIN.test(origin) || allowed.includes(origin);
}

/** The CORS headers of an answer; those of the preflight let a page send credentials in `Authorization`. */
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
      'access-control-allow-methods': 'GET, POST, PATCH',
      'access-control-allow-headers': `${HEADERS.authorization}, ${HEADERS.expectedVersion}, content-type`,
      'access-control-max-age': '600',
    }),
  };
}
