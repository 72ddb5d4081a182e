import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { EXPECTED_API_VERSION, HEADERS, PATHS } from '../../../src/api/protocol';
import { conditions, listen } from '../../support/fault-server';

/** A client's WebSocket session. */
export interface Peer {
  readonly socket: WebSocket;
  /** The TCP connection of the WebSocket. */
  readonly raw: Socket;
  readonly authorization: string;
  send(message: unknown): void;
}

/** Values and functions that replace the service's usual answers at the steps of the protocol. */
export interface Hooks {
  readonly token?: string;
  /** Called for every connection, before any data is read. */
  readonly onConnection?: (socket: Socket) => void;
  readonly onMint?: (response: ServerResponse, request: IncomingMessage) => void;
  readonly onRead?: (response: ServerResponse, request: IncomingMessage) => void;
  readonly onUpgrade?: (socket: Duplex) => void;
  /** Called at the client's first message, which contains the token. */
  readonly onHello?: (peer: Peer) => void;
  readonly onStart?: (peer: Peer) => void;
}

export interface Service {
  readonly url: string;
  readonly apiKey: string;
  readonly counts: { mints: number; reads: number; upgrades: number; starts: number };
  /** The codes with which clients closed their sessions. */
  readonly closes: readonly number[];
  openConnections(): number;
  /** Resolves when `condition` returns true. The condition is checked after every event of the service. */
  until(condition: () => boolean): Promise<void>;
  /** Stops like a killed process: closes the port and all connections immediately. */
  die(): void;
  close(): Promise<void>;
}

export const SESSION = 'session-1';
export const SERVICE_KEY = 'service-key-1';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      [HEADERS.version]: EXPECTED_API_VERSION,
    })
    .end(JSON.stringify(body));
}

/** Returns a progress message of a transcription. */
export function progressOf(status: 'processing' | 'done', text: string): unknown {
  const timeline = [{ start: 0, end: 1, text }];
  return { status, data: { id: SESSION, status, progress: status === 'done' ? 1 : 0.5, timeline } };
}

/** Starts a service whose steps a test can replace with hooks. Steps without a hook succeed. */
export async function startService(hooks: Hooks = {}): Promise<Service> {
  const { check, until } = conditions();
  const counts = { mints: 0, reads: 0, upgrades: 0, starts: 0 };
  const closes: number[] = [];
  const connections = new Set<Socket>();
  const { token = 'token-1' } = hooks;
  const succeed = (response: ServerResponse) =>
    sendJson(response, 200, { status: 'done', data: token });
  const list = (response: ServerResponse) => sendJson(response, 200, { status: 'done', data: [] });
  const confirm = ({ send }: Peer) => send({ session: SESSION });
  const finish = ({ send }: Peer) => {
    send(progressOf('processing', 'hello'));
    send(progressOf('done', 'hello world'));
  };

  const server = createServer((request, response) => {
    if ((request.url ?? '').startsWith(PATHS.generateToken)) {
      counts.mints += 1;
      (hooks.onMint ?? succeed)(response, request);
    } else {
      counts.reads += 1;
      (hooks.onRead ?? list)(response, request);
    }
    check();
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.delete(socket);
      check();
    });
    hooks.onConnection?.(socket);
  });

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket: Duplex, head) => {
    counts.upgrades += 1;
    if (hooks.onUpgrade) {
      // Without this line, the socket would not notice that the client closes the connection.
      socket.on('end', () => socket.end()).resume();
      hooks.onUpgrade(socket);
    } else sockets.handleUpgrade(request, socket, head, serve);
    check();
  });
  const serve = (socket: WebSocket, { socket: tcp }: IncomingMessage) => {
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      closes.push(code);
      check();
    });
    let peer: Peer | undefined;
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(data.toString());
      if (!peer) {
        peer = {
          socket,
          raw: tcp,
          authorization: message.headers.authorization,
          send: (value) => socket.send(JSON.stringify(value)),
        };
        (hooks.onHello ?? confirm)(peer);
      } else if (message.start === true) {
        counts.starts += 1;
        (hooks.onStart ?? finish)(peer);
      }
      check();
    });
  };

  const port = await listen(server);
  const die = () => {
    server.close();
    for (const socket of connections) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: SERVICE_KEY,
    counts,
    closes,
    openConnections: () => connections.size,
    until,
    die,
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}
