import type { PeerCertificate } from 'node:tls';
import { WebSocket } from 'ws';
import type { ConnectOptions } from '../context/socket';
import type { Environment } from '../core/environment';
import { connectionRules } from './connection-rules';
import { networkError } from './errors';
import { requirePeer } from './localhost';
import { watchCertificate } from './peer-certificate';
import { routeTo, tunnelOption, withProxy } from './route';
import { USER_AGENT } from './user-agent';

/** Maximum size of a WebSocket message, in bytes. Messages are large because each repeats the whole transcript. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * Opens a WebSocket. If the signal aborts, the handshake ends. The timeout of the package ws is not used, because a server could
 * avoid that timeout by sending headers slowly.
 * @param env the variables for proxies and certificate authorities
 * @throws CliError a network error; the error that `refusalOf` returns; the reason of the signal if it aborts
 */
export async function openWebSocket(
  url: URL,
  { signal, refusalOf }: Pick<ConnectOptions, 'signal' | 'refusalOf'>,
  env: Environment,
): Promise<WebSocket> {
  const { proxy, ...connection } = await connectionFor(url, env);
  let certificate: () => PeerCertificate | undefined = () => undefined;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      headers: { 'user-agent': USER_AGENT },
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
      ...connectionRules(url),
      ...tunnelOption(signal),
      ...connection,
      finishRequest(request) {
        if (!proxy) requirePeer(request, url);
        certificate = watchCertificate(request);
        request.end();
      },
    });
    const abort = () => fail(withProxy(signal.reason, proxy));
    const fail = (reason: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(reason);
      socket.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('unexpected-response', (request, response) => {
      fail(refusalOf(response.statusCode ?? 0, response.headers));
      request.destroy();
    });
    // This listener stays for the lifetime of the socket, so that late errors are handled too.
    socket.on('error', (error) => {
      // An error without a code is from the package ws: the response was not a WebSocket upgrade.
      const isOfNetwork = 'code' in error || 'errors' in error;
      if (!isOfNetwork) return fail(refusalOf(null, {}));
      const known = networkError(error, url.host, certificate());
      if (known.code !== 'tls_failed') return fail(known);
      void import('./untrusted')
        .then(({ explainUntrusted }) => explainUntrusted(known, error, env))
        .then(fail);
    });
    socket.on('open', () => {
      signal.removeEventListener('abort', abort);
      // Pause the socket. Otherwise, the package ws could emit the first messages before the caller listens for messages.
      socket.pause();
      resolve(socket);
    });
  });
}

async function connectionFor(url: URL, env: Environment) {
  const { proxy, secureContext } = await routeTo(url, env);
  if (!proxy) return { proxy, secureContext };
  const { createTunnelAgent } = await import('./tunnel');
  const isSecure = url.protocol === 'wss:';
  const agent = createTunnelAgent(proxy, {
    ...{ isSecure, keepAlive: false, secureContext, loadSocks: () => import('./socks') },
  });
  return { proxy, agent };
}
