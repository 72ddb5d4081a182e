import type { ClientRequest } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { CliError } from '../core/errors';
import { localhostAddresses } from '../core/localhost';
import { isLoopbackHost } from '../core/origin';

/** Answers for `localhost` in the place of the system, whose hosts file or name server may name another machine. */
export const lookUpLocalhost: LookupFunction = (_hostname, { all, family }, done) => {
  const found = localhostAddresses(family);
  // As with any lookup, nobody listens for errors yet while this is called.
  queueMicrotask(() => {
    if (all) done(null, [...found]);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  });
};

/**
 * Fails a request in plain http to this machine, before its first byte is sent, when its connection leads to another address than
 * the host of the URL stands for.
 * @param request without a tunnel, whose peer is the proxy
 */
export function requirePeer(request: ClientRequest, url: URL): void {
  if (!/^(http|ws):$/.test(url.protocol) || !isLoopbackHost(url.hostname)) return;
  request.on('socket', (socket) => {
    // What the request has to send waits for this event, too, and is told of it later.
    if (socket.connecting) socket.prependOnceListener('connect', () => checkPeer(socket, url));
    else checkPeer(socket, url);
  });
}

function checkPeer(socket: Socket, url: URL): void {
  const fault = peerFault(socket, url);
  if (fault) socket.destroy(fault);
}

/** Why a connection that was to lead to this machine is not to be used; null where it does, and where the host is another one. */
export function peerFault({ remoteAddress }: Socket, { hostname, host }: URL): Error | null {
  if (!isLoopbackHost(hostname)) return null;
  if (remoteAddress === undefined) {
    return Object.assign(new Error('the peer is gone'), { code: 'ECONNRESET' });
  }
  return addressesOf(hostname).includes(remoteAddress) ? null : ledElsewhere(host);
}

function addressesOf(hostname: string): readonly string[] {
  if (hostname === 'localhost') return localhostAddresses().map(({ address }) => address);
  return [hostname.replace(/^\[(.*)\]$/, '$1')];
}

function ledElsewhere(host: string): CliError {
  return new CliError(
    'insecure_server',
    `The connection to ${host} led beyond this machine, so nothing was sent: it would travel unencrypted.`,
    {
      hint: 'Find what redirects connections of Node.js, such as a module that NODE_OPTIONS names, or use https.',
    },
  );
}
