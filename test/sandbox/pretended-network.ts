import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { AudioNetwork } from '../../src/sandbox/audio-connection';

/**
 * For each host name: the result of each lookup, in order. Each result is a list of addresses. Further lookups return the last
 * list again.
 */
export type Names = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface PretendedNetwork extends AudioNetwork {
  /** The host names that were looked up, in order. */
  readonly asked: readonly string[];
  /** The addresses to which a connection was opened, in order. */
  readonly reached: readonly string[];
}

const asFound = (address: string) => ({ address, family: isIP(address) });

/**
 * A fake network in which one local server answers at all addresses.
 * @param server gets all connections
 * @param peers maps the address of a connection to the address that the socket reports as its peer
 */
export function pretendNetwork(
  server: { readonly url: string },
  names: Names = {},
  peers: Readonly<Record<string, string>> = {},
): PretendedNetwork {
  const asked: string[] = [];
  const reached: string[] = [];
  const lookup: LookupFunction = (name, _options, done) => {
    const answers = names[name] ?? [];
    const before = asked.filter((each) => each === name).length;
    asked.push(name);
    const found = answers[Math.min(before, answers.length - 1)];
    if (found) queueMicrotask(() => done(null, found.map(asFound)));
    else queueMicrotask(() => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), []));
  };
  const createConnection = (options: object): Socket => {
    const { host = '', lookup: allowed } = options as TcpNetConnectOpts;
    let peer: string | undefined;
    const lead = (address: string) => {
      reached.push(address);
      peer = peers[address] ?? address;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: 'pretended.example',
      lookup(_name, wanted, done) {
        if (isIP(host) !== 0) return done(null, lead(host));
        allowed?.(host, { ...wanted, all: true }, (error, found) => {
          const [first] = Array.isArray(found) ? found : [];
          if (error || !first) done(error ?? new Error('no address'), []);
          else done(null, lead(first.address));
        });
      },
    });
    Object.defineProperty(socket, 'remoteAddress', { get: () => peer });
    return socket;
  };
  return { asked, reached, lookup, createConnection };
}
