import type { ClientRequest, RequestOptions } from 'node:http';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { localhostAddresses } from '../core/localhost';
import { type AddressRules, whyRefused } from './audio-addresses';
import { unreachable } from './refusal';

/** How audio is reached. */
export interface AudioNetwork {
  readonly lookup: LookupFunction;
  /** Default: that of Node.js. */
  readonly createConnection?: RequestOptions['createConnection'];
}

/** One connection for audio, or for the text beside it. */
export interface AudioConnection extends AddressRules {
  /** The address that is to be used, in the place of a lookup: a name may lead elsewhere a moment later. */
  readonly address: string | null;
}

/**
 * What makes a request use allowed addresses alone. No connection is made to any other.
 * @throws Refusal 422 for an address in the place of a name
 */
export function connectionOptions(network: AudioNetwork, connection: AudioConnection) {
  const { createConnection } = network;
  const literal = connection.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) requireAllowed(literal, connection);
  return {
    agent: false,
    lookup: allowedLookup(network.lookup, connection),
    ...(createConnection ? { createConnection, agent: undefined } : {}),
  } as const;
}

function requireAllowed(address: string, connection: AudioConnection): void {
  const reason = whyRefused(address, connection);
  if (reason !== null) throw unreachable(reason);
}

function allowedLookup(lookup: LookupFunction, connection: AudioConnection): LookupFunction {
  return (hostname, options, done) => {
    const answer: Parameters<LookupFunction>[2] = (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const allowed = all.filter(({ address }) => whyRefused(address, connection) === null);
      const [first] = allowed;
      if (error) done(error, []);
      else if (!first) done(unreachable(whyNone(all, connection)), []);
      else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    };
    const { address } = connection;
    if (address !== null) {
      queueMicrotask(() => answer(null, [{ address, family: isIP(address) }]));
    } else if (hostname === 'localhost') {
      queueMicrotask(() => answer(null, [...localhostAddresses(options.family)]));
    } else {
      lookup(hostname, { ...options, all: true }, answer);
    }
  };
}

function whyNone(all: readonly { address: string }[], connection: AudioConnection): string {
  const reasons = all.map(({ address }) => whyRefused(address, connection));
  return reasons.find((reason) => reason !== null) ?? 'its name has no address';
}

/**
 * Checks the address that a request is connected to, before its first byte is sent.
 * @returns that address, once there is a connection
 */
export function guardPeer(request: ClientRequest, connection: AudioConnection): () => string {
  let address = '';
  const check = (socket: Socket) => {
    address = socket.remoteAddress ?? '';
    const reason = address === '' ? 'the connection failed' : whyRefused(address, connection);
    if (reason !== null) socket.destroy(unreachable(reason));
  };
  request.on('socket', (socket) => {
    // What the request has to send waits for this event, too, and is told of it later.
    if (socket.connecting) socket.prependOnceListener('connect', () => check(socket));
    else check(socket);
  });
  return () => address;
}
