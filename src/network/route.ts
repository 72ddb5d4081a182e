import type { SecureContext } from 'node:tls';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { namesProxy } from '../core/proxy-variables';
import type { ProxyServer } from './proxy';

/** How to connect to a server, according to the environment variables. */
export interface Route {
  readonly proxy: ProxyServer | null;
  /** The trusted certificates. Undefined if only Node's own list is trusted. */
  readonly secureContext: SecureContext | undefined;
}

/**
 * Returns how to connect to a server. Loads no module if no variable for proxies or certificates is set.
 * @throws CliError `proxy_invalid`, `ca_file_unusable`
 */
export async function routeTo(url: URL, env: Environment): Promise<Route> {
  const proxy = namesProxy(env) ? (await import('./proxy')).proxyFor(url, env) : null;
  const usesTls = [url.protocol, proxy?.url.protocol].some((name) =>
    /^(https|wss):$/.test(name ?? ''),
  );
  const isChanged = usesTls && (env['SSL_CERT_FILE'] || env['SSL_CERT_DIR']);
  return {
    proxy,
    secureContext: isChanged
      ? await (await import('./authorities')).readAuthorities(env)
      : undefined,
  };
}

/**
 * Adds the proxy to a timeout error, because the proxy may be the cause. For example, a proxy for plain http does not answer a
 * TLS handshake.
 */
export function withProxy(reason: unknown, proxy: ProxyServer | null): unknown {
  if (!proxy || !(reason instanceof CliError) || reason.code !== 'timeout') return reason;
  const { host, variable } = proxy;
  const what = `${reason.message} The connection goes through the proxy ${host} (${variable}).`;
  const kind = proxy.url.protocol.startsWith('socks') ? 'speaks SOCKS5' : 'uses http or https';
  return new CliError('timeout', what, {
    hint: `Try again, or check ${variable}: its port, and whether the proxy ${kind}.`,
  });
}

/**
 * Returns a request option that passes a signal to the agent that connects through the proxy. Reason: Node.js does not pass the
 * request's own `signal` to the agent.
 */
export function tunnelOption(signal: AbortSignal) {
  return { tunnelSignal: signal };
}
