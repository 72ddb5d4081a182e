import type { PeerCertificate } from 'node:tls';
import { WebSocket } from 'ws';
import type { ConnectOptions } from '../context/socket';
import type { Environment } from '../core/environment';
import { connectionRules } from './connection-rules';
import { networkError } from './errors';
import { requirePeer } from './localhost';
import { watchCertificate } from './peer-certificate';
import { endedBy, endTunnelBy, routeTo } from './route';
import { USER_AGENT } from './user-agent';

/** A message repeats the whole transcript so far. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * A WebSocket whose upgrade the server accepted. ws has no timeout for that which a slow drip of headers could not defeat, so
 * the signal ends it.
 * @param env names proxies and certificate authorities
 * @throws CliError the network's codes; what `refusalOf` gives; the signal's reason when it aborts
 */
export async function shakeHands(
  url: URL,
  { signal, refusalOf }: Pick<ConnectOptions, 'signal' | 'refusalOf'>,
  env: Environment,
): Promise<WebSocket> {
  const { proxy, ...way } = await wayTo(url, env);
  let certificate: () => PeerCertificate | undefined = () => undefined;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      headers: { 'user-agent': USER_AGENT },
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
      ...connectionRules(url),
      ...endTunnelBy(signal),
      ...way,
      finishRequest(request) {
        if (!proxy) requirePeer(request, url);
        certificate = watchCertificate(request);
        request.end();
      },
    });
    const abort = () => fail(endedBy(signal.reason, proxy));
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
    // It stays for the life of the socket, so that no late error is unhandled.
    socket.on('error', (error) => {
      // An error without a code is ws's own: the answer was no WebSocket upgrade.
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
      // ws may hand on the first messages in this very turn, before who awaits the socket can listen.
      socket.pause();
      resolve(socket);
    });
  });
}

async function wayTo(url: URL, env: Environment) {
  const { proxy, secureContext } = await routeTo(url, env);
  if (!proxy) return { proxy, secureContext };
  const { createTunnelAgent } = await import('./tunnel');
  const isSecure = url.protocol === 'wss:';
  const agent = createTunnelAgent(proxy, {
    ...{ isSecure, keepAlive: false, secureContext, loadSocks: () => import('./socks') },
  });
  return { proxy, agent };
}
