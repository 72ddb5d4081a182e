import { CliError } from './errors';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export interface Misdirected {
  readonly status: 400 | 421;
  readonly reason: string;
}

/**
 * Returns the valid Host headers for an origin. If the origin has the default port of its scheme, the header may contain or omit
 * the port.
 */
function hostsOf(origin: string): readonly string[] {
  const { host, hostname, port, protocol } = new URL(origin);
  return port === '' ? [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [host];
}

/**
 * Checks that a request is for this server. The request must have exactly one Host header and a path as its target, as the
 * requests of browsers have. The Host header must name this server. Any other name is a sign of DNS rebinding: a website whose
 * host name resolves to this machine.
 * @param rawHeaders names and values in turn, as in `rawHeaders` of Node.js
 * @param target the request target. Undefined if it is missing.
 * @param publicOrigins other origins at which clients reach this server, for example through a forwarded port
 * @returns null if the request is for this server
 */
export function findMisdirection(
  rawHeaders: readonly string[],
  target: string | undefined,
  port: number,
  publicOrigins: readonly string[] = [],
): Misdirected | null {
  const hosts = rawHeaders.filter(
    (_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === 'host',
  );
  if (hosts.length !== 1) return { status: 400, reason: 'exactly one Host header is needed' };
  if (!target?.startsWith('/')) {
    return { status: 400, reason: 'the request target must be a path' };
  }
  const own = [...NAMES.map((name) => `http://${name}:${port}`), ...publicOrigins].flatMap(hostsOf);
  if (own.includes(hosts[0]?.toLowerCase() ?? '')) return null;
  return {
    status: 421,
    reason:
      'this server accepts only requests for localhost, 127.0.0.1, [::1] or a host of --public-url',
  };
}

/**
 * Returns the error for a port that cannot be used.
 * @param systemCode the error code of the system, such as EADDRINUSE
 */
export function cannotListen(port: number, systemCode: string | undefined): CliError {
  const reason = systemCode === 'EADDRINUSE' ? 'is in use' : 'may not be used by this user';
  return new CliError('cannot_listen', `Port ${port} ${reason}.`, {
    hint: 'Stop the program that uses the port, such as another vstoken, or choose another port with --port; 0 picks a free port.',
  });
}
