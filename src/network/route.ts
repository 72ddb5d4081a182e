import type { SecureContext } from 'node:tls';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { namesProxy } from '../core/proxy-variables';
import type { ProxyServer } from './proxy';

/** What the environment says about the way to a server. */
export interface Route {
  readonly proxy: ProxyServer | null;
  /** What is trusted, where it is another list than Node's own. */
  readonly secureContext: SecureContext | undefined;
}

/**
 * The way to a server. Whoever has set none of its variables loads nothing for it.
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

/** A deadline that passed behind a proxy, which may be the cause: one that is called as https and speaks http says nothing. */
export function endedBy(reason: unknown, proxy: ProxyServer | null): unknown {
  if (!proxy || !(reason instanceof CliError) || reason.code !== 'timeout') return reason;
  const { host, variable } = proxy;
  const what = `${reason.message.replace(/\.$/, '')}, through the proxy ${host} (${variable}).`;
  const kind = proxy.url.protocol.startsWith('socks')
    ? 'speaks SOCKS5'
    : 'itself is called by http or by https';
  return new CliError('timeout', what, {
    hint: `Try again, or check ${variable}: its port, and whether the proxy ${kind}.`,
  });
}

/** What a request that may go through a tunnel says to its agent, since Node keeps a request's own signal to itself. */
export function endTunnelBy(signal: AbortSignal) {
  return { tunnelSignal: signal };
}
