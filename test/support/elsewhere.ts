import dns from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { eventually } from '../sandbox/support';

/** Another address of this machine on Linux: it stands for a machine beyond it. */
export const ELSEWHERE = '127.0.0.2';

/** A server at ELSEWHERE that keeps what it is sent, and never answers. */
export async function startTrap(port = 0) {
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
    server.listen(port, ELSEWHERE, resolve);
  });
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    /** How many came, and what they sent until they left; waits for so many. */
    async seen(count = 0) {
      await eventually(() => closed >= count);
      return { connections, text: Buffer.concat(received).toString('latin1') };
    },
  };
}

/** Makes every lookup of this process answer ELSEWHERE until the test ends. @returns the names that were looked up */
export function lookUpElsewhere(): readonly string[] {
  const asked: string[] = [];
  const lookup = dns.lookup;
  const fake = (
    name: string,
    options: { readonly all?: boolean },
    done: (error: null, found: unknown, family?: number) => void,
  ) => {
    asked.push(name);
    if (options.all) process.nextTick(done, null, [{ address: ELSEWHERE, family: 4 }]);
    else process.nextTick(done, null, ELSEWHERE, 4);
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

/** Makes every connection of this process to a port lead to ELSEWHERE until the test ends, as a module that changes node:net could. */
export function connectElsewhere(port: number): void {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const [first] = args;
    const goal: Goal = Array.isArray(first) ? first[0] : first;
    if (Number(goal.port) === port) Object.assign(goal, { host: ELSEWHERE, lookup: undefined });
    return Reflect.apply(connect, this, args);
  } as typeof connect;
  onTestFinished(() => {
    Socket.prototype.connect = connect;
  });
}

/** A proxy on 127.0.0.1 that opens no tunnel. @returns its port and what it was asked */
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
