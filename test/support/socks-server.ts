import { connect, createServer, type Socket } from 'node:net';
import { conditions, listen } from './fault-server';

/** An answer of the SOCKS server to a message of the client. */
export type SocksAnswer = Uint8Array | 'hang up' | 'reset' | 'silence';

export interface SocksServer {
  /** The address of the server, as HOST:PORT. */
  readonly host: string;
  /** The messages that clients have sent. */
  readonly heard: readonly Buffer[];
  connections(): number;
  openConnections(): number;
  /** Resolves when `condition` returns true. The condition is checked after every event of the server. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** An answer to the client's first message: no login is required. */
export const NO_LOGIN = Buffer.from([5, 0]);
/**
 * An answer to the client's first message: a user and a password are required. WELCOME then accepts the user and the password.
 */
export const LOGIN = Buffer.from([5, 2]);
export const WELCOME = Buffer.from([1, 0]);
/** Returns an answer to a connection request. `code` is a reply code of RFC 1928, section 6. */
export const replyOf = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
export const OPENED = replyOf(0);

/**
 * Starts a SOCKS server that sends the answers of the script in order, whatever it receives. The last answer is repeated.
 * @param port after the last answer, the server forwards all data to this port of this machine; by default it forwards nothing
 */
export async function startSocksServer(
  script: readonly SocksAnswer[],
  port?: number,
): Promise<SocksServer> {
  const { check, until } = conditions();
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let answered = 0;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      check();
    });
    const answer = (message: Buffer) => {
      heard.push(message);
      const next = script[Math.min(answered, script.length - 1)];
      answered += 1;
      if (next === 'hang up') socket.end();
      else if (next === 'reset') socket.resetAndDestroy();
      else if (next instanceof Uint8Array) socket.write(next);
      if (answered === script.length && port !== undefined) {
        socket.off('data', answer);
        const way = connect(port, '127.0.0.1');
        way.on('error', () => undefined).on('close', () => socket.destroy());
        socket.on('close', () => way.destroy());
        socket.pipe(way).pipe(socket);
      }
      check();
    };
    socket.on('data', answer);
    check();
  });
  const own = await listen(server);
  return {
    host: `127.0.0.1:${own}`,
    heard,
    connections: () => connections,
    openConnections: () => sockets.size,
    until,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
