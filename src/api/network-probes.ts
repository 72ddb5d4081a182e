import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Environment } from '../context';
import type { CliError } from '../core/errors';
import { orStop } from '../core/or-stop';
import { connectionReset } from './answer-errors';
import type { CertificateFile } from './authorities';
import { connectionRules } from './connection-rules';
import { networkError } from './network-errors';
import { endTunnelBy, routeTo } from './route';

/** What looks at the way to a server, one step each. Nothing is sent but what the step itself takes. */
export interface NetworkProbes {
  /** The addresses of a host, in the order in which they are tried. @throws CliError `dns_failed`; the signal's reason */
  lookUp(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens a connection and closes it. @throws CliError the network's codes; the signal's reason */
  reach(address: string, port: number, signal: AbortSignal): Promise<void>;
  /**
   * Agrees on TLS with a server, whoever it is, and leaves; through the proxy where there is one.
   * @throws CliError the network's codes, when there was no handshake; the signal's reason
   */
  agreeOnTls(url: URL, signal: AbortSignal): Promise<TlsFacts>;
  /** A file of certificates, judged as for a connection. */
  readCertificates(path: string): Promise<CertificateFile>;
}

/** What a server said of itself; the texts are its own. */
export interface TlsFacts {
  /** Such as TLSv1.3. */
  readonly protocol: string;
  /** Who has signed the certificate. */
  readonly issuer: string;
  /** When the certificate ends, in milliseconds since 1970; NaN where it cannot be read. */
  readonly expiresAt: number;
  /** Why the certificate is not trusted here; null when it is. */
  readonly distrust: CliError | null;
}

/** @param env names proxies and certificate authorities */
export function createNetworkProbes(env: Environment): NetworkProbes {
  return {
    async lookUp(host, signal) {
      try {
        const found = await orStop(lookup(bare(host), { all: true }), signal);
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
      const host = bare(url.hostname);
      const port = Number(url.port || 443);
      const { proxy, secureContext } = await routeTo(url, env);
      const tunnel =
        proxy &&
        (await (
          await import('./tunnel')
        ).openTunnel(proxy, { host, port, ...endTunnelBy(signal) }, secureContext));
      signal.throwIfAborted();
      const socket = tls.connect({
        ...connectionRules(url),
        // In a tunnel they are whom the certificate is compared with, where there is no name to send.
        host,
        port,
        ...(tunnel ? { socket: tunnel } : {}),
        secureContext,
        servername: tls.isIP(host) ? '' : host,
        // Who is not trusted is to be named as well; nothing is said to anyone.
        rejectUnauthorized: false,
      });
      return untilReady(socket, 'secureConnect', url.host, signal, () => describe(socket, url));
    },
    readCertificates: async (path) => (await import('./authorities')).readCertificates(path),
  };
}

/** As Node.js takes it: an address of IPv6 without its brackets. */
function bare(host: string): string {
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
  const { issuer, valid_to } = socket.getPeerCertificate();
  const code = socket.authorizationError;
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: String(issuer?.O ?? issuer?.CN ?? 'nobody'),
    expiresAt: Date.parse(valid_to),
    distrust: code ? networkError({ code: String(code) }, host) : null,
  };
}
