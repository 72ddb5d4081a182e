import type { ClientRequest } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { CliError } from '../core/errors';
import { localAddresses } from '../core/localhost';
import { isLoopbackHost } from '../core/origin';

/**
 * Resolves `localhost` without asking the operating system. Reason: the hosts file or the name server could return another
 * machine's address.
 */
export const lookUpLocalhost: LookupFunction = (_hostname, { all, family }, done) => {
  const found = localAddresses(family);
  // The answer is deferred, because the caller adds its error listeners only after the lookup has returned.
  queueMicrotask(() => {
    if (all) done(null, [...found]);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  });
};

/**
 * Aborts a plain http request to this machine if the request connects to another address than the host of the URL. The request is
 * aborted before anything is sent.
 * @param request a request without a tunnel, because in a tunnel the peer is the proxy
 */
export function requirePeer(request: ClientRequest, url: URL): void {
  if (!/^(http|ws):$/.test(url.protocol) || !isLoopbackHost(url.hostname)) return;
  request.on('socket', (socket) => {
    // Check the address before any other listener runs. Reason: when `connect` is emitted, the request's own listener sends the
    // data.
    if (socket.connecting) socket.prependOnceListener('connect', () => checkPeer(socket, url));
    else checkPeer(socket, url);
  });
}

function checkPeer(socket: Socket, url: URL): void {
  const fault = peerFault(socket, url);
  if (fault) socket.destroy(fault);
}

/**
 * Returns an error if the host of the URL is a loopback address or `localhost`, but the connection leads to another address.
 * Reason: a program can redirect connections to another machine. Returns null if the address is right. Also returns null for any
 * other host, whose address is not checked.
 */
export function peerFault({ remoteAddress }: Socket, { hostname, host }: URL): Error | null {
  if (!isLoopbackHost(hostname)) return null;
  if (remoteAddress === undefined) {
    return Object.assign(new Error('the peer is gone'), { code: 'ECONNRESET' });
  }
  return addressesOf(hostname).includes(remoteAddress) ? null : leadsElsewhere(host);
}

function addressesOf(hostname: string): readonly string[] {
  if (hostname === 'localhost') return localAddresses().map(({ address }) => address);
  return [hostname.replace(/^\[(.*)\]$/, '$1')];
}

function leadsElsewhere(host: string): CliError {
  return new CliError(
    'insecure_server',
    `The unencrypted connection to ${host} leads to another machine. Nothing was sent.`,
    {
      hint: 'Find what redirects the connections of Node.js, such as a module in NODE_OPTIONS. Or use https.',
    },
  );
}
