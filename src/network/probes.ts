import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { NetworkProbes, TlsFacts } from '../context/probes';
import type { Environment } from '../core/environment';
import { localAddresses } from '../core/localhost';
import { raceAbort } from '../core/race-abort';
import { connectionReset } from './answer-errors';
import { connectionRules } from './connection-rules';
import { networkError } from './errors';
import { routeTo, tunnelOption } from './route';

/** @param env the variables for proxies and certificate authorities */
export function createNetworkProbes(env: Environment): NetworkProbes {
  return {
    async lookUp(host, signal) {
      if (host === 'localhost') return localAddresses().map(({ address }) => address);
      try {
        const found = await raceAbort(lookup(withoutBrackets(host), { all: true }), signal);
        return found.map(({ address }) => address);
      } catch (error) {
        signal.throwIfAborted();
        throw networkError(error, host);
      }
    },
    async reach(address, port, signal) {
      const host = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      await untilReady(connect({ host: address, port }), 'connect', host, signal);
    },
    async agreeOnTls(url, signal) {
      const tls = await import('./tls');
      const host = withoutBrackets(url.hostname);
      const port = Number(url.port || 443);
      const { proxy, secureContext } = await routeTo(url, env);
      const tunnel =
        proxy &&
        (await (
          await import('./tunnel')
        ).openTunnel(
          proxy,
          { host, port, ...tunnelOption(signal) },
          { secureContext, loadSocks: () => import('./socks') },
        ));
      signal.throwIfAborted();
      const socket = tls.connect({
        ...connectionRules(url),
        // Set `host` even if the connection goes through a tunnel. For an IP address, `servername` is empty, and Node.js then
        // compares the certificate with `host`.
        host,
        port,
        ...(tunnel ? { socket: tunnel } : {}),
        secureContext,
        servername: tls.isIP(host) ? '' : host,
        // Untrusted certificates are accepted, so that their issuer can be reported. No data is sent.
        rejectUnauthorized: false,
      });
      return untilReady(socket, 'secureConnect', url.host, signal, () => describe(socket, url));
    },
    readCertificates: async (path) => (await import('./certificate-files')).readCertificates(path),
    readFolders: async (list) => (await import('./certificate-files')).readFolders(list),
  };
}

/** Removes the brackets of an IPv6 address, because Node.js expects an address without brackets. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function untilReady<Value>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  host: string,
  signal: AbortSignal,
  read?: () => Value,
): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on(event, () => resolve(read?.() as Value));
    socket.on('error', (error) => reject(networkError(error, host)));
    socket.on('close', () => {
      signal.removeEventListener('abort', stop);
      reject(connectionReset(host));
    });
  }).finally(() => socket.destroy());
}

function describe(socket: TLSSocket, { host }: URL): TlsFacts {
  const certificate = socket.getPeerCertificate();
  const { issuer, valid_to } = certificate;
  const code = socket.authorizationError;
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: String(issuer?.O ?? issuer?.CN ?? 'nobody'),
    expiresAt: Date.parse(valid_to),
    distrust: code ? networkError({ code: String(code) }, host, certificate) : null,
  };
}
