import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { requireVisible } from '../core/find-invisible';
import { isLoopbackHost, isPlainHost } from '../core/origin';
import type { ProxyVariable } from '../core/proxy-variables';
import { type Secret, secret } from '../core/secret';
import { isExempt, portOf } from './no-proxy';

/** If this variable is 1, connections to servers on this machine use the proxy too. */
export const PROXY_LOOPBACK_VARIABLE = 'VOCALSTACK_PROXY_LOOPBACK';

/** A proxy, and the variable that names it. Only `credentials` is secret. */
export interface ProxyServer {
  /**
   * The address without user and password. The scheme is http, https, socks5 or socks5h. With socks5h the proxy resolves names. A
   * SOCKS address always has a port.
   */
  readonly url: URL;
  /** HOST:PORT, even for a default port. */
  readonly host: string;
  readonly variable: ProxyVariable;
  readonly credentials: ProxyCredentials | null;
}

export interface ProxyCredentials {
  readonly user: Secret;
  readonly password: Secret;
}

/** Whether a proxy uses SOCKS5 instead of HTTP. */
export function isSocks({ url }: Pick<ProxyServer, 'url'>): boolean {
  return SOCKS.test(url.protocol);
}

/**
 * Chooses the proxy for a URL as curl does: from the variable for the URL's scheme, otherwise from ALL_PROXY. Lower case is tried
 * first: `https_proxy`, then `HTTPS_PROXY`. An empty variable counts as unset. Returns null if NO_PROXY lists the host. Also
 * returns null for this machine, unless VOCALSTACK_PROXY_LOOPBACK=1 is set.
 * https://everything.curl.dev/usingcurl/proxies/env.html
 * @throws CliError `proxy_invalid` if the proxy cannot be used; the error names the variable and does not quote its value
 */
export function proxyFor(url: URL, env: Environment): ProxyServer | null {
  const variable = proxyVariableFor(url, env);
  if (variable === null) return null;
  const proxy = parseProxy(env[variable] ?? '', variable);
  // Secrets are sent over plain http only within this machine, so the proxy must be on this machine too.
  if (isLoopbackHost(url.hostname) && !isEncrypted(url) && !isLoopbackHost(proxy.url.hostname)) {
    throw invalid(
      variable,
      'names a proxy on another machine, which could read the API key over plain http',
      {
        hint: `Use https for the API server, or unset ${PROXY_LOOPBACK_VARIABLE}.`,
      },
    );
  }
  return proxy;
}

/** Returns the variable that names the proxy for a URL, even if its value is invalid. Null if no proxy is used. */
export function proxyVariableFor(url: URL, env: Environment): ProxyVariable | null {
  const variable = variableFor(url, env);
  if (variable === undefined) return null;
  if (isLoopbackHost(url.hostname) && env[PROXY_LOOPBACK_VARIABLE] !== '1') return null;
  return isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '') ? null : variable;
}

function isEncrypted({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'wss:';
}

function variableFor(url: URL, env: Environment): ProxyVariable | undefined {
  const names: readonly ProxyVariable[] = isEncrypted(url)
    ? ['https_proxy', 'HTTPS_PROXY']
    : ['http_proxy', ...(isCgi(env) ? [] : (['HTTP_PROXY'] as const))];
  return [...names, 'all_proxy' as const, 'ALL_PROXY' as const].find((name) => env[name]);
}

/**
 * Whether this process runs as a CGI program. If so, a client could set HTTP_PROXY by sending a header with the name Proxy.
 * https://httpoxy.org
 */
function isCgi(env: Environment): boolean {
  return env['REQUEST_METHOD'] !== undefined;
}

const SOCKS = /^socks5h?:$/;
const SOCKS_PORT = '1080';
/** Maximum length of a user or a password, in bytes (RFC 1929, 2). */
const MAX_SOCKS_CREDENTIAL_BYTES = 255;

function parseProxy(text: string, variable: ProxyVariable): ProxyServer {
  requireVisible(text, variable, 'proxy_invalid');
  const trimmed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  requireKnownSocks(address, variable);
  const url = parseAddress(address);
  // Rejects an address whose user or password contains an unencoded # or /. The URL parser ends the host at such a character,
  // so it would take the user for the host.
  const isProxy =
    url !== null &&
    (/^https?:$/.test(url.protocol) || SOCKS.test(url.protocol)) &&
    isPlainHost(url.hostname) &&
    url.port !== '0' &&
    /^\/?$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === '';
  if (!isProxy) throw invalid(variable, 'is not a valid proxy address');
  const credentials = readCredentials(url, variable);
  url.username = '';
  url.password = '';
  return { url, host: `${url.hostname}:${portOf(url)}`, variable, credentials };
}

function parseAddress(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (!SOCKS.test(url.protocol)) return url;
  // The URL parser does not normalise the host if it does not know the scheme, such as socks5.
  const asHttp = `http://${url.hostname}/`;
  if (!URL.canParse(asHttp)) return null;
  url.hostname = new URL(asHttp).hostname;
  url.port ||= SOCKS_PORT;
  return url;
}

/**
 * Rejects socks4://, because SOCKS4 has no password and no IPv6. Rejects socks://, because it means SOCKS4 for curl and SOCKS5
 * for browsers.
 */
function requireKnownSocks(address: string, variable: ProxyVariable): void {
  const [scheme = ''] = address.toLowerCase().split('://');
  if (!scheme.startsWith('socks') || SOCKS.test(`${scheme}:`)) return;
  const what =
    scheme === 'socks'
      ? 'does not say which SOCKS version the proxy speaks'
      : 'names a SOCKS version that vstoken does not support: it supports only SOCKS5';
  throw invalid(variable, what, {
    hint: `Most SOCKS proxies speak SOCKS5: ${variable}=socks5h://HOST:PORT`,
  });
}

function readCredentials(
  { protocol, username, password }: URL,
  variable: ProxyVariable,
): ProxyCredentials | null {
  if (username === '' && password === '') return null;
  const decoded = [username, password].map((text) => decode(text, variable));
  const [user = '', word = ''] = decoded;
  if (SOCKS.test(protocol)) {
    if (user === '') throw invalid(variable, 'has a password but no user');
    if (decoded.some((text) => Buffer.byteLength(text) > MAX_SOCKS_CREDENTIAL_BYTES)) {
      throw invalid(
        variable,
        `has a user or password longer than ${MAX_SOCKS_CREDENTIAL_BYTES} bytes`,
        {
          hint: 'SOCKS5 allows at most 255 bytes for the user, and at most 255 bytes for the password.',
        },
      );
    }
  }
  return { user: secret(user), password: secret(word) };
}

function decode(text: string, variable: ProxyVariable): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(variable, 'has a user or password with invalid percent-encoding');
  }
}

const FORM =
  'It must be http://HOST:PORT, https://HOST:PORT, socks5h://HOST:PORT or socks5://HOST:PORT. If the proxy requires a login, put USER:PASSWORD@ before HOST, percent-encoded.';

function invalid(variable: ProxyVariable, what: string, { hint = FORM } = {}): CliError {
  return new CliError('proxy_invalid', `${variable} ${what}.`, { hint });
}
