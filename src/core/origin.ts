import { CliError } from './errors';
import { requireSeen } from './unseen';

export const DEFAULT_API_SERVER = 'https://api.vocalstack.com';
/** Where its API keys are made. */
export const KEYS_PAGE = 'https://www.vocalstack.com/dashboard/api-keys';

/** Whether a URL's hostname is this machine by definition, whatever DNS says. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/**
 * Whether a URL's hostname can be looked up, or is an address. URLs allow more, such as quotes and semicolons, which would run
 * something where a person copies a command with the host in it.
 */
export function isPlainHost(hostname: string): boolean {
  return /^([\w.-]+|\[[\da-f:.]+\])$/.test(hostname);
}

export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname);
}

/**
 * The origin (`https://host[:port]`) of an API server that a person named.
 * @param source the option or variable that it came from, for the error
 * @throws CliError `invalid_server`, or `insecure_server` for plain http beyond loopback; neither quotes the text, which may hold credentials.
 */
export function parseApiServer(text: string, source: string): string {
  // A URL is read without line breaks, tabs and some invisible characters, and would lead where nobody looks.
  requireSeen(text, source, 'invalid_server');
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
      `${source} takes an origin: https://HOST or http://localhost:PORT, without user, path or query.`,
      { hint: `The service itself is ${DEFAULT_API_SERVER}` },
    );
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    throw new CliError(
      'insecure_server',
      `${source} names a plain http server beyond this machine: the API key would travel unencrypted.`,
      { hint: 'Use https. Plain http is for localhost, 127.0.0.1 and [::1] only.' },
    );
  }
  return url.origin;
}

/**
 * Whether a text is an origin exactly as a browser sends it: a scheme, a host, and a port that is not the scheme's own. A host with a
 * wildcard is a URL as well, and would stand for no page.
 */
export function isWebOrigin(text: string): boolean {
  return (
    text !== 'null' && URL.canParse(text) && new URL(text).origin === text && !text.includes('*')
  );
}
