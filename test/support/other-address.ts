import dns from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from '../sandbox/support';

/** A second address of this machine on Linux. Tests use it as if it were the address of another machine. */
export const OTHER_ADDRESS = '127.0.0.2';

/** Starts a server on OTHER_ADDRESS. The server records what it receives, and never answers. */
export async function startRecordingServer(port = 0) {
  const received: Buffer[] = [];
  let connections = 0;
  let closed = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('data', (bytes) => received.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      closed += 1;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, OTHER_ADDRESS, resolve);
  });
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    /**
     * Waits until `count` connections are closed. Returns the number of connections that were opened, and all bytes that were
     * received.
     */
    async seen(count = 0) {
      await eventually(() => closed >= count);
      return { connections, text: Buffer.concat(received).toString('latin1') };
    },
  };
}

/**
 * Makes every DNS lookup of this process return OTHER_ADDRESS until the test ends.
 * @returns the names that were looked up
 */
export function resolveToOtherAddress(): readonly string[] {
  const asked: string[] = [];
  const lookup = dns.lookup;
  const fake = (
    name: string,
    options: { readonly all?: boolean },
    done: (error: null, found: unknown, family?: number) => void,
  ) => {
    asked.push(name);
    if (options.all) process.nextTick(done, null, [{ address: OTHER_ADDRESS, family: 4 }]);
    else process.nextTick(done, null, OTHER_ADDRESS, 4);
  };
  dns.lookup = fake as unknown as typeof dns.lookup;
  onTestFinished(() => {
    dns.lookup = lookup;
  });
  return asked;
}

interface Goal {
  host?: string;
  port?: number;
  lookup?: unknown;
}

/**
 * Until the test ends, all connections to `port` on any machine go to OTHER_ADDRESS instead. Tests use this function to imitate a
 * module that patches node:net.
 */
export function connectToOtherAddress(port: number): void {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first] = args;
    const goal: Goal = Array.isArray(first) ? first[0] : first;
    if (Number(goal.port) === port) Object.assign(goal, { host: OTHER_ADDRESS, lookup: undefined });
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  onTestFinished(() => {
    Socket.prototype.connect = connect;
  });
}

/**
 * Starts a proxy on 127.0.0.1 that refuses every tunnel.
 * @returns the port of the proxy, and the requests that it received
 */
export async function startRefusingProxy(status = 502) {
  const asked: { readonly target: string; readonly authorization: string | undefined }[] = [];
  const server = createHttpServer();
  server.on('connect', ({ url = '', headers }, socket) => {
    asked.push({ target: url, authorization: headers['proxy-authorization'] });
    socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}
