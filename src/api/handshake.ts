import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { notVocalStack } from './answer-errors';
import { redirected } from './answers';
import { connectionRules } from './connection-rules';
import { networkError } from './network-errors';
import { HEADERS } from './protocol';
import { tokenRefusal } from './refusals';
import { endedBy, endTunnelBy, routeTo } from './route';
import { apiDiscontinued } from './versions';

const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * A WebSocket whose upgrade the server accepted. ws has no timeout for that which a slow drip of headers could not defeat, so
 * the signal ends it.
 * @param env names proxies and certificate authorities
 * @throws CliError the network's codes, `redirected`, `token_refused`, `token_scope`, `rate_limited`, `service_error`,
 *   `request_rejected`, `api_discontinued`, `not_vocalstack`; the signal's reason when it aborts
 */
export async function shakeHands(
  url: URL,
  signal: AbortSignal,
  env: Environment,
): Promise<WebSocket> {
  const { proxy, ...way } = await wayTo(url, env);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
      ...connectionRules(url),
      ...endTunnelBy(signal),
      ...way,
    });
    const abort = () => fail(endedBy(signal.reason, proxy));
    const fail = (reason: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(reason);
      socket.terminate();
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('unexpected-response', (request, response) => {
      fail(refusalOf(response, url.host));
      request.destroy();
    });
    // It stays for the life of the socket, so that no late error is unhandled.
    socket.on('error', (error) => fail(handshakeError(error, url.host)));
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
  const agent = createTunnelAgent(proxy, { isSecure, keepAlive: false, secureContext });
  return { proxy, agent };
}

/** An error without a code is ws's own: the answer was no WebSocket upgrade. */
function handshakeError(error: Error, host: string): CliError {
  return 'code' in error || 'errors' in error ? networkError(error, host) : notVocalStack(host);
}

function refusalOf({ statusCode: status = 0, headers }: IncomingMessage, host: string): CliError {
  if (status >= 300 && status < 400) return redirected(host, status);
  if (headers[HEADERS.discontinued] === '1') return apiDiscontinued(host, status);
  if (status === 401 || status === 403) return tokenRefusal(status, undefined, '');
  const details = { hint: 'Try again in a moment.', httpStatus: status };
  if (status === 429) {
    return new CliError('rate_limited', `${host} gets too many requests (status 429).`, details);
  }
  if (status >= 500 || status === 408) {
    return new CliError('service_error', `${host} opened no session (status ${status}).`, details);
  }
  if (status >= 400 && status !== 404 && status !== 410) {
    return new CliError('request_rejected', `${host} rejected the session (status ${status}).`, {
      hint: 'Update vstoken if it is old: the service may have new rules.',
      httpStatus: status,
    });
  }
  return notVocalStack(host, status);
}
