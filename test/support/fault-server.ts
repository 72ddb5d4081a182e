import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';

/**
 * A request that the server received. `head` is the unchanged text of the request line and the headers. The names in `headers`
 * are in lower case.
 */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly head: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Behaviour = (socket: Socket, request: SeenRequest) => void;

export interface FaultServer {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  connections(): number;
  /** How many parts of slow answers or slow requests the server has sent or read. Each call of `dripped` counts one part. */
  drips(): number;
  /** Resolves when `condition` returns true. The condition is checked after every event of the server. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export function conditions() {
  const waiting = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>();
  return {
    check() {
      for (const each of waiting) {
        if (!each.holds()) continue;
        waiting.delete(each);
        each.resolve();
      }
    },
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        waiting.add({ holds, resolve });
        if (holds()) resolve();
      }),
  };
}

const drips = new WeakMap<Socket, () => void>();

/** Counts one part of a slow answer or a slow request on a connection. `FaultServer.drips` returns the number of parts. */
export const dripped = (socket: Socket): void => drips.get(socket)?.();

/**
 * Starts a TCP or TLS server. The first behaviour of the script handles the first request, and so on. The last behaviour handles
 * all further requests. With an empty script, the server accepts connections and reads nothing.
 * @param greet is called for every connection, before the client sends anything
 */
export async function startFaultServer(
  script: readonly Behaviour[],
  tls?: { readonly key: string; readonly cert: string },
  greet: (socket: Socket) => void = () => {},
): Promise<FaultServer> {
  const { check, until } = conditions();
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let dripped = 0;

  const serve = (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    drips.set(socket, () => {
      dripped += 1;
      check();
    });
    let received = '';
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (script.length > 0) {
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return;
        const request = parseHead(received.slice(0, end));
        received = received.slice(end + 4);
        requests.push(request);
        script[Math.min(requests.length, script.length) - 1]?.(socket, request);
        check();
      });
    }
    greet(socket);
    check();
  };
  const server: Server = tls ? createTlsServer(tls, serve) : createTcpServer(serve);
  server.on('tlsClientError', () => {});
  const port = await listen(server);
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    drips: () => dripped,
    until,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function parseHead(head: string): SeenRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, target, head, headers };
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** Returns a port on which no server listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The value of the header X-API-Version. Null: the answer does not have this header. */
  readonly version?: string | null;
}

function headOf({ status = 200, headers = {}, version = '1.1.0' }: Answer, length: number): string {
  const all = {
    'Content-Type': 'application/json',
    'Content-Length': String(length),
    ...(version === null ? {} : { 'X-API-Version': version }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`;
}

export function answer(given: Answer = {}): Behaviour {
  return (socket) => {
    const body = Buffer.from(given.body ?? '{}');
    socket.write(Buffer.concat([Buffer.from(headOf(given, body.length)), body]));
  };
}

export function json(value: unknown, given: Answer = {}): Behaviour {
  return answer({ ...given, body: JSON.stringify(value) });
}

export const reset: Behaviour = (socket) => socket.resetAndDestroy();
export const silence: Behaviour = () => {};
export const halfClose: Behaviour = (socket) => socket.end();

export function rawBytes(bytes: string | Uint8Array): Behaviour {
  return (socket) => socket.end(bytes);
}

/** Announces a body of 1000 bytes, but ends the connection after a few bytes. */
export const truncated: Behaviour = (socket) => socket.end(`${headOf({}, 1000)}{"status":`);

/** Sends the start of a body, and then nothing more. */
export const stalledBody: Behaviour = (socket) => {
  socket.write(`${headOf({}, 1000)}{"status":`);
  drips.get(socket)?.();
};

/** Sends a part every 2 ms until the connection is closed. Each part is the result of a call of `part`. */
export function drip(socket: Socket, part: () => string): void {
  const timer = setInterval(() => {
    socket.write(part());
    drips.get(socket)?.();
  }, 2);
  socket.on('close', () => clearInterval(timer));
}

export const dripHeaders: Behaviour = (socket) => {
  socket.write('HTTP/1.1 200 OK\r\n');
  drip(socket, () => 'X-Drip: y\r\n');
};

export const dripBody: Behaviour = (socket) => {
  socket.write(headOf({}, 1_000_000));
  drip(socket, () => ' ');
};

/** Sends a body of the given number of megabytes. Stops if the client closes the connection. */
export function giantBody(megabytes: number, given: Answer = {}): Behaviour {
  return (socket) => {
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let left = megabytes * 16;
    socket.write(headOf(given, left * chunk.length));
    const pump = () => {
      while (left > 0 && !socket.destroyed) {
        left -= 1;
        if (!socket.write(chunk)) return void socket.once('drain', pump);
      }
    };
    pump();
  };
}

export function gzipBomb(megabytes: number): Behaviour {
  const body = gzipSync(Buffer.alloc(megabytes * 1024 * 1024, 0x20));
  // The answer closes the connection, because the server answers only one request on each connection.
  return answer({ body, headers: { 'Content-Encoding': 'gzip', Connection: 'close' } });
}
