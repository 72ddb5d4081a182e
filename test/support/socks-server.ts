import { connect, createServer, type Socket } from 'node:net';
import { conditions, listen } from './fault-server';

/** What a SOCKS server of a test answers to what it was told, one after the other. */
export type SocksAnswer = Uint8Array | 'hang up' | 'reset' | 'silence';

export interface SocksServer {
  /** HOST:PORT */
  readonly host: string;
  /** What the client said, message by message. */
  readonly heard: readonly Buffer[];
  connections(): number;
  openConnections(): number;
  /** Resolves when `condition` holds; it is looked at after every event of the server. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** In the greeting, no login. */
export const NO_LOGIN = Buffer.from([5, 0]);
/** In the greeting, user and password; and that they are right. */
export const LOGIN = Buffer.from([5, 2]);
export const WELCOME = Buffer.from([1, 0]);
/** An answer to the request for a connection. */
export const replyOf = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
export const OPENED = replyOf(0);

/**
 * A SOCKS server that answers by a script, whatever it is told. The last answer repeats.
 * @param port what it leads to on this machine after its last answer; without one nothing comes after it
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
