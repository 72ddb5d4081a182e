import type { IncomingMessage } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import { networkError } from './errors';
import { isSocks, type ProxyServer } from './proxy';

type NamedProxy = Pick<ProxyServer, 'host' | 'variable' | 'url'>;

export const nameOf = ({ host, variable }: NamedProxy) => `the proxy ${host} (${variable})`;

export const NOT_A_PROXY = 'it does not answer like a proxy';

const REASONS: Partial<Record<ErrorCode, string>> = {
  dns_failed: 'the name of the proxy could not be resolved',
  connection_refused: 'nothing listens at this address',
  insecure_server: 'its address is on this machine, but the connection leads to another machine',
  connection_reset: 'it closed the connection before it answered',
  tls_failed: 'no trusted TLS connection was possible',
  invalid_response: NOT_A_PROXY,
  response_too_large: NOT_A_PROXY,
};

/**
 * Turns an error of the connection to a proxy into a CliError. Only the code and the address of the error are kept, because the
 * text of the error may quote secrets.
 */
export function proxyFailed(thrown: unknown, proxy: NamedProxy, leaf?: PeerCertificate): CliError {
  const { code, hint, cause } = networkError(thrown, nameOf(proxy), leaf);
  const reason = REASONS[code] ?? 'it could not be reached';
  return failed(proxy, reason, code === 'tls_failed' ? hint : undefined, cause);
}

export function failed(
  proxy: NamedProxy,
  reason: string,
  hint?: string,
  cause?: unknown,
): CliError {
  return new CliError('proxy_failed', `No connection through ${nameOf(proxy)}: ${reason}.`, {
    hint:
      hint ??
      `Check ${proxy.variable}. If the API server needs no proxy, add that server to NO_PROXY.`,
    cause,
  });
}

/**
 * Returns the error for a proxy's response to CONNECT. Null if the proxy opened the tunnel.
 * @param target HOST:PORT
 * @param early data directly after the response. Such data is an error, because in a tunnel the client sends first.
 */
export function proxyRefusal(
  proxy: ProxyServer,
  target: string,
  { statusCode: status = 0, headers }: IncomingMessage,
  early: Uint8Array,
): CliError | null {
  // If the password is wrong, tinyproxy answers 401 instead of 407.
  if (status === 407 || status === 401) {
    return authRequired(proxy, headers['proxy-authenticate'] ?? headers['www-authenticate']);
  }
  if (status >= 200 && status < 300) return early.length === 0 ? null : failed(proxy, NOT_A_PROXY);
  const reason = `the proxy did not connect to ${target} (status ${status})`;
  if (status >= 500) {
    return failed(
      proxy,
      reason,
      'The proxy may be unable to reach the server or to resolve its name. Try again.',
    );
  }
  return failed(
    proxy,
    reason,
    `Ask the administrator of the proxy to allow connections to ${target}.`,
  );
}

function authRequired(proxy: ProxyServer, schemes: string | string[] | undefined): CliError {
  const offered = [schemes ?? 'basic'].flat().join();
  return /\bbasic\b/i.test(offered) ? loginRefused(proxy) : loginUnknown(proxy);
}

/** Returns the error for a proxy that requires a login method other than user and password. */
export function loginUnknown(proxy: ProxyServer): CliError {
  const kind = isSocks(proxy) ? '' : ' (Basic)';
  return new CliError(
    'proxy_auth_required',
    `The proxy ${proxy.host} (${proxy.variable}) requires a login method that vstoken does not support.`,
    {
      hint: `vstoken supports user and password${kind}. For other methods, run a local proxy that logs in, such as cntlm or px.`,
    },
  );
}

/** Returns the error for a proxy that refused the user and password, or that requires a user and password and got none. */
export function loginRefused(proxy: ProxyServer): CliError {
  const name = `The proxy ${proxy.host} (${proxy.variable})`;
  const what = proxy.credentials
    ? 'refuses the user and password in'
    : 'requires a user and password, but there are none in';
  return new CliError('proxy_auth_required', `${name} ${what} ${proxy.variable}.`, {
    hint: `Set user and password, percent-encoded: ${proxy.variable}=${proxy.url.protocol}//USER:PASSWORD@${proxy.host}`,
  });
}
