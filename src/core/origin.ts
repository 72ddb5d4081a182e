import { CliError } from './errors';
import { requireVisible } from './find-invisible';

export const DEFAULT_API_SERVER = 'https://api.vocalstack.com';
export const KEYS_PAGE = 'https://www.vocalstack.com/dashboard/api-keys';

/** Whether a hostname always means this machine, without a DNS lookup. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/**
 * Whether a hostname is a valid DNS name or IP address. The host of a URL may also contain quotes and semicolons. This function
 * rejects such hosts, because error messages print the host in commands that people copy into a shell.
 */
export function isPlainHost(hostname: string): boolean {
  return /^([\w.-]+|\[[\da-f:.]+\])$/.test(hostname);
}

export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname);
}

/**
 * Parses the origin (`https://host[:port]`) of an API server.
 * @param source the option or variable that contains the text, for the error message
 * @throws CliError `invalid_server`, or `insecure_server` for http to another machine. The message never quotes the text, which
 * may contain credentials.
 */
export function parseApiServer(text: string, source: string): string {
  // Check for invisible characters before `new URL`. Reason: `new URL` removes some of them, so the address would differ from the
  // address that people see.
  requireVisible(text, source, 'invalid_server');
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    isPlainHost(url.hostname) &&
    url.username === '' &&
    url.password === '' &&
    !text.includes('@') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '';
  if (!isOrigin) {
    throw new CliError(
      'invalid_server',
      `${source} must be an origin: https://HOST or http://localhost:PORT, without user, path or query.`,
      { hint: `The service is at ${DEFAULT_API_SERVER}` },
    );
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw new CliError(
      'insecure_server',
      `${source} is a plain http address of another machine: the API key would be sent unencrypted.`,
      { hint: 'Use https. Plain http is allowed only for localhost, 127.0.0.1 and [::1].' },
    );
  }
  return url.origin;
}

/**
 * Whether a text is an origin exactly as a browser sends it: scheme, host, and a port only if it is not the default. An origin
 * with a wildcard is rejected, because no page has such an origin.
 */
export function isWebOrigin(text: string): boolean {
  return (
    text !== 'null' && URL.canParse(text) && new URL(text).origin === text && !text.includes('*')
  );
}
