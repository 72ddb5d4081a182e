import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { conditions, listen } from './fault-server';

export type SessionBehaviour = (peer: Peer) => void;

export interface Peer {
  readonly socket: WebSocket;
  /** The TCP connection of the WebSocket, for faults below the WebSocket protocol. */
  readonly raw: Socket;
  send(message: unknown): void;
  /** Calls `callback` with every message of the client, parsed as JSON. */
  onMessage(callback: (message: Record<string, unknown>) => void): void;
}

export interface SessionServer {
  readonly origin: string;
  connections(): number;
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
  readonly upgrades: readonly { readonly target: string; readonly headers: IncomingHttpHeaders }[];
  /** All messages of all clients, parsed as JSON. */
  readonly messages: readonly Record<string, unknown>[];
  /** The number of `start` messages. The real service would bill each of them. */
  starts(): number;
  /** The code of each close frame that the server received. */
  readonly closes: readonly number[];
  pings(): number;
}

/** Starts a WebSocket server that applies `behaviour` to every connection, and records what clients send. */
export async function startSessionServer(behaviour: SessionBehaviour): Promise<SessionServer> {
  const { check, until } = conditions();
  const upgrades: { target: string; headers: IncomingHttpHeaders }[] = [];
  const messages: Record<string, unknown>[] = [];
  const closes: number[] = [];
  let pings = 0;
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket, request) => {
    upgrades.push({ target: request.url ?? '', headers: request.headers });
    socket.on('error', () => {});
    socket.on('message', (data) => {
      messages.push(JSON.parse(data.toString()));
    });
    socket.on('ping', () => {
      pings += 1;
      check();
    });
    socket.on('close', (code) => {
      closes.push(code);
      check();
    });
    behaviour({
      socket,
      raw: request.socket,
      send: (message) => socket.send(JSON.stringify(message)),
      onMessage: (callback) =>
        socket.on('message', (data) => callback(JSON.parse(data.toString()))),
    });
    socket.on('message', check);
    check();
  });
  const port = await listen(http);
  return {
    origin: `http://127.0.0.1:${port}`,
    upgrades,
    messages,
    closes,
    connections: () => upgrades.length,
    starts: () => messages.filter((message) => message['start'] === true).length,
    pings: () => pings,
    until,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
}

export const SESSION_ID = 'session-1';

/**
 * Behaviour of a server that confirms the session after the client's first message. It calls `onStart` when the client sends
 * `start`.
 */
export function confirming(onStart: SessionBehaviour = () => {}): SessionBehaviour {
  return (peer) =>
    peer.onMessage((message) => {
      if (message['headers']) peer.send({ session: SESSION_ID });
      if (message['start']) onStart(peer);
    });
}

/** Behaviour of a server that never confirms the session. It calls `act` for every message of the client. */
export function unconfirmed(act: SessionBehaviour): SessionBehaviour {
  return (peer) => peer.onMessage(() => act(peer));
}

export const neverConfirm: SessionBehaviour = () => {};
export const dropConnection: SessionBehaviour = ({ raw }) => raw.resetAndDestroy();
export const endConnection: SessionBehaviour = ({ raw }) => raw.end();
export const stopReading: SessionBehaviour = ({ raw }) => raw.pause();
export function closeWith(code: number, reason = ''): SessionBehaviour {
  return ({ socket }) => socket.close(code, reason);
}
export function sendRaw(bytes: Uint8Array | string): SessionBehaviour {
  return ({ raw }) => raw.write(bytes);
}
export function sendText(text: string): SessionBehaviour {
  return ({ socket }) => socket.send(text);
}
