import type { ClientRequest, RequestOptions } from 'node:http';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { localAddresses } from '../core/localhost';
import { type AddressRules, addressRefusal } from './audio-addresses';
import { unreachable } from './refusal';

/** The functions that look up hosts and make connections when audio is fetched. */
export interface AudioNetwork {
  readonly lookup: LookupFunction;
  /** If undefined, Node.js makes the connection. */
  readonly createConnection?: RequestOptions['createConnection'];
}

/** A connection for fetching audio, or for fetching the text file next to the audio. */
export interface AudioConnection extends AddressRules {
  /**
   * The IP address that an earlier lookup of the host returned. The connection uses this address, because a second lookup could
   * return another address. Null to look up the host.
   */
  readonly address: string | null;
}

/**
 * Returns request options that allow connections only to allowed addresses.
 * @throws Refusal 422 if the URL contains an address that is not allowed
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
  const reason = addressRefusal(address, connection);
  if (reason !== null) throw unreachable(reason);
}

function allowedLookup(lookup: LookupFunction, connection: AudioConnection): LookupFunction {
  return (hostname, options, done) => {
    const answer: Parameters<LookupFunction>[2] = (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const allowed = all.filter(({ address }) => addressRefusal(address, connection) === null);
      const [first] = allowed;
      if (error) done(error, []);
      else if (!first) done(unreachable(lookupRefusal(all, connection)), []);
      else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    };
    const { address } = connection;
    if (address !== null) {
      queueMicrotask(() => answer(null, [{ address, family: isIP(address) }]));
    } else if (hostname === 'localhost') {
      queueMicrotask(() => answer(null, [...localAddresses(options.family)]));
    } else {
      lookup(hostname, { ...options, all: true }, answer);
    }
  };
}

function lookupRefusal(all: readonly { address: string }[], connection: AudioConnection): string {
  const reasons = all.map(({ address }) => addressRefusal(address, connection));
  return reasons.find((reason) => reason !== null) ?? 'the host name of the audio has no address';
}

/**
 * Checks the IP address of a connection before the request sends its first byte. Closes the connection if the address is not
 * allowed.
 * @returns a function that returns the IP address, or an empty text before there is a connection
 */
export function checkPeerAddress(
  request: ClientRequest,
  connection: AudioConnection,
): () => string {
  let address = '';
  const check = (socket: Socket) => {
    address = socket.remoteAddress ?? '';
    const reason = address === '' ? 'the connection failed' : addressRefusal(address, connection);
    if (reason !== null) socket.destroy(unreachable(reason));
  };
  request.on('socket', (socket) => {
    // `check` must run before the other listeners of `connect`, because one of them sends the data of the request.
    if (socket.connecting) socket.prependOnceListener('connect', () => check(socket));
    else check(socket);
  });
  return () => address;
}
