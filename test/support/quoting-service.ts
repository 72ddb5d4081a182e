import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { HEADERS } from '../../src/api/protocol';
import { type Hooks, type Peer, type Service, startService } from '../e2e/support/service';
import { listen } from './fault-server';

/** Returns a text for one text field of an answer. Each call returns a different text. */
export type Fill = () => string;

/** What the service answers. Every text field of the answer contains a text that a `Fill` function returned. */
export type Quoting =
  | 'mint refused'
  | 'mint forbidden'
  | 'mint fails'
  | 'mint rejected'
  | 'version'
  | 'use refused'
  | 'use fails'
  | 'upgrade refused'
  | 'close'
  | 'error in the session'
  | 'failure'
  | 'close after the start'
  | 'transcript'
  | 'transcript in pieces';

export const QUOTINGS: readonly Quoting[] = [
  ...(['mint refused', 'mint forbidden', 'mint fails', 'mint rejected', 'version'] as const),
  ...(['use refused', 'use fails', 'upgrade refused', 'close', 'error in the session'] as const),
  ...(['failure', 'close after the start', 'transcript', 'transcript in pieces'] as const),
];

const MINTS: Partial<Record<Quoting, number>> = {
  'mint refused': 401,
  'mint forbidden': 403,
  'mint fails': 500,
  'mint rejected': 422,
};

/** Replaces characters that a header cannot contain: line breaks and characters outside ASCII. */
const inHeader = (text: string) => text.replace(/[^\x20-\x7e]/g, '.');

function answer(response: ServerResponse, status: number, fill: Fill, version = '1.1.0'): void {
  const headers = ['server', 'www-authenticate', 'location', 'x-request-id', 'retry-after'];
  for (const name of headers) response.setHeader(name, inHeader(fill()));
  const body = {
    status: status < 300 ? 'done' : 'error',
    error: fill(),
    message: fill(),
    title: fill(),
    http_code: status,
    data: status < 300 ? [{ id: fill(), operation: fill(), status: fill(), url: fill() }] : null,
  };
  response
    .writeHead(status, inHeader(fill()), { [HEADERS.version]: version })
    .end(JSON.stringify(body));
}

function refuseUpgrade(socket: Duplex, fill: Fill): void {
  const head = `HTTP/1.1 418 ${inHeader(fill())}\r\nserver: ${inHeader(fill())}\r\n`;
  socket.end(`${head}x-api-version: ${inHeader(fill())}\r\ncontent-length: 0\r\n\r\n`);
}

/** The maximum length of a WebSocket close reason, in bytes. */
const MAX_REASON = 123;

function close({ socket }: Peer, fill: Fill): void {
  const reason = Buffer.from(fill()).subarray(0, MAX_REASON).toString('utf8');
  socket.close(3000, reason.replaceAll('\ufffd', ''));
}

function failure(fill: Fill): unknown {
  return { status: 'error', error: fill(), message: fill(), data: null };
}

function update(status: string, fill: Fill, texts: readonly string[]): unknown {
  const timeline = texts.map((text, at) => ({ start: at, end: at + 1, text, language: fill() }));
  const [summary, id] = [fill(), fill()];
  const data = { id, status, operation: fill(), progress: 1, timeline, summary };
  return { status, data: { ...data, keywords: [fill(), fill()], paragraphs: [fill()] } };
}

function transcribe({ send }: Peer, fill: Fill, texts: readonly string[]): void {
  send(update('processing', fill, texts.slice(0, 1)));
  send(update('done', fill, texts));
}

/** The length of a piece of the transcript, in characters. It is so short that a single piece is not recognised as a secret. */
const PIECE = 8;

function hooksOf(quoting: Quoting, fill: Fill): Hooks {
  const status = MINTS[quoting];
  if (status !== undefined) return { onMint: (response) => answer(response, status, fill) };
  const starting = (onStart: (peer: Peer) => void): Hooks => ({
    onHello: ({ send }) => send({ session: fill(), status: fill() }),
    onStart,
  });
  switch (quoting) {
    case 'version':
      return { onMint: (response) => answer(response, 200, fill, inHeader(fill())) };
    case 'use refused':
      return {
        onRead: (response) => answer(response, 401, fill),
        onHello: ({ send }) => send({ ...(failure(fill) as object), http_code: 401 }),
      };
    case 'use fails':
      return {
        onRead: (response) => answer(response, 400, fill),
        onHello: ({ send }) => send({ ...(failure(fill) as object), http_code: 400 }),
      };
    case 'upgrade refused':
      return { onUpgrade: (socket) => refuseUpgrade(socket, fill) };
    case 'close':
      return { onHello: (peer) => close(peer, fill) };
    case 'error in the session':
      return { onHello: ({ send }) => send(failure(fill)) };
    case 'failure':
      return starting(({ send }) => send(failure(fill)));
    case 'close after the start':
      return starting((peer) => close(peer, fill));
    case 'transcript':
      return starting((peer) => transcribe(peer, fill, [fill(), fill(), fill(), fill(), fill()]));
    default:
      return starting((peer) => {
        const pieces = fill().match(new RegExp(`.{1,${PIECE}}`, 'gs')) ?? [];
        transcribe(peer, fill, pieces);
      });
  }
}

/**
 * Starts a service that calls `fill` for the content of every text field. `quoting` says which answers are failures.
 */
export function startQuotingService(quoting: Quoting, token: string, fill: Fill): Promise<Service> {
  return startService({ token, ...hooksOf(quoting, fill) });
}

/** Starts a proxy that refuses every tunnel, and calls `fill` for the content of every field of its answer. */
export async function startQuotingProxy(status: number, fill: Fill) {
  const server = createServer();
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    const [reason, schemes, name] = [fill(), fill(), fill()].map(inHeader);
    const head = `HTTP/1.1 ${status} ${reason}\r\nproxy-authenticate: ${schemes}\r\nserver: ${name}`;
    socket.end(`${head}\r\n\r\n${fill()}`);
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
