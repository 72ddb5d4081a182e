import { lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { SocksClient } from 'socks';
import { CliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';
import { connectionRules } from './connection-rules';
import { networkError } from './errors';
import { peerFault } from './localhost';
import type { ProxyServer } from './proxy';
import { failed, proxyFailed } from './proxy-errors';
import { isOfAddress, questionAfter, type SocksAnswer, socksRefusal } from './socks-errors';

/** Maximum length of a host name in SOCKS5, in bytes (RFC 1928, 5). */
const MAX_NAME_BYTES = 255;

/** The server at the end of a tunnel. */
interface TunnelTarget {
  readonly host: string;
  /** A string if the package ws opens the connection, otherwise a number. */
  readonly port: number | string;
  readonly tunnelSignal: AbortSignal;
}

/**
 * Timeout of the package socks, in milliseconds. The package cannot work without a timeout, so this timeout is longer than the
 * deadline of any command.
 */
const CLIENT_TIMEOUT_MS = 10 * 60 * 1000;

/**
 * Opens a connection through a SOCKS5 proxy (RFC 1928, RFC 1929). With socks5h:// the proxy resolves the name. With socks5://
 * this machine resolves the name. If the proxy reports that an address is unreachable, the next address is tried.
 * @throws CliError `proxy_auth_required`, `proxy_failed`, `dns_failed`; the reason of the signal if it aborts
 */
export async function openSocksTunnel(proxy: ProxyServer, target: TunnelTarget): Promise<Socket> {
  let first: CliError | undefined;
  for (const host of await destinationsOf(proxy, target)) {
    const end = await negotiate(proxy, { ...target, host });
    if (!('refusal' in end)) return end;
    first ??= end.refusal;
    if (!isOfAddress(end.answer)) throw end.refusal;
  }
  throw first ?? new CliError('dns_failed', `The name ${target.host} has no address.`);
}

async function destinationsOf(
  { url, variable, host: proxyHost }: ProxyServer,
  { host, tunnelSignal: signal }: TunnelTarget,
): Promise<readonly string[]> {
  if (url.protocol === 'socks5h:' || isIP(host)) return [host];
  try {
    return await raceAbort(lookUp(host), signal);
  } catch (error) {
    signal.throwIfAborted();
    const { code, message, cause } = networkError(error, host);
    throw new CliError(code, message, {
      hint: `With socks5://, this machine resolves names. To let the proxy resolve names: ${variable}=socks5h://${proxyHost}`,
      cause,
    });
  }
}

/** Resolves a name in the same way as a direct connection does. */
function lookUp(host: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve(found.map(({ address }) => address));
    });
  });
}

interface FailedNegotiation {
  readonly refusal: CliError;
  readonly answer: SocksAnswer;
}

function negotiate(
  proxy: ProxyServer,
  { host, port, tunnelSignal: signal }: TunnelTarget,
): Promise<Socket | FailedNegotiation> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { hostname: name, port: at } = proxy.url;
    const proxyAddress = { host: withoutBrackets(name), port: Number(at), noDelay: true };
    // SOCKS5 limits the length of a host name. Check the length here, because the error of the package socks would contain the
    // password.
    if (Buffer.byteLength(host) > MAX_NAME_BYTES)
      throw failed(proxy, 'the name of the server is too long');
    const socket = connect({ ...proxyAddress, ...connectionRules(proxy.url) });
    const { bridge, answer } = createSocksStream(socket);
    const client = new SocksClient({
      command: 'connect',
      proxy: { type: 5, ...proxyAddress, ...loginOf(proxy) },
      destination: { host, port: Number(port) },
      existing_socket: bridge,
      timeout: CLIENT_TIMEOUT_MS,
    });
    let isOver = false;
    const settle = () => {
      isOver = true;
      signal.removeEventListener('abort', abort);
      socket.off('readable', read).off('error', lose).off('end', hangUp).off('close', hangUp);
      bridge.destroy();
    };
    const drop = () => {
      settle();
      // Adds a listener for errors. Reason: an error of a dropped socket has no other listener, so it would end the process.
      socket.on('error', () => undefined).destroy();
    };
    const lose = (error: unknown) => {
      drop();
      reject(proxyFailed(error, proxy));
    };
    const hangUp = () => lose({ code: 'ECONNRESET' });
    const abort = () => {
      drop();
      reject(signal.reason);
    };
    // Reads the proxy's answer byte by byte. Data after the last byte of this answer is from the server, and must stay in the
    // socket.
    const read = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = isOver ? null : socket.read()) {
        let taken = 0;
        for (; !isOver && taken < chunk.length; taken += 1) {
          answer.take(chunk.subarray(taken, taken + 1));
        }
        if (taken < chunk.length && !socket.destroyed) socket.unshift(chunk.subarray(taken));
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('readable', read).on('error', lose).on('end', hangUp).on('close', hangUp);
    socket.once('connect', () => {
      const fault = peerFault(socket, proxy.url);
      if (fault) lose(fault);
      else client.connect(bridge);
    });
    client.once('established', ({ remoteHost }) => {
      // The package socks also accepts an answer with an unknown type of address, but then returns no address. Such an answer is
      // an error here.
      if (!remoteHost) return refuse();
      settle();
      resolve(socket);
    });
    const refuse = () => {
      if (isOver) return;
      drop();
      resolve({
        refusal: socksRefusal(proxy, `${isIP(host) === 6 ? `[${host}]` : host}:${port}`, answer),
        answer,
      });
    };
    client.once('error', refuse);
  });
}

/**
 * Creates the stream that the package socks uses as its socket. The bytes that the package writes are sent to the real socket.
 * `take` passes bytes from the real socket to the package.
 */
function createSocksStream(socket: Socket) {
  const bytes: number[] = [];
  const answer = {
    to: null as SocksAnswer['to'],
    bytes,
    take(byte: Uint8Array) {
      bytes.push(...byte);
      bridge.emit('data', byte);
    },
  };
  const bridge = new Duplex({
    read: () => undefined,
    write(chunk, _encoding, done) {
      answer.to = questionAfter(answer);
      bytes.length = 0;
      socket.write(chunk);
      done();
    },
  });
  return { bridge, answer };
}

function loginOf({ credentials }: ProxyServer) {
  if (!credentials) return {};
  return { userId: credentials.user.reveal(), password: credentials.password.reveal() };
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
