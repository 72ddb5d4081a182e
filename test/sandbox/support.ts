import { createServer, type IncomingHttpHeaders, type RequestListener, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { SandboxLogEntry } from '../../src/context/servers';
import { secret } from '../../src/core/secret';
import {
  type SandboxServer,
  type SandboxServerOptions,
  startSandbox,
} from '../../src/sandbox/server';
import { type FakeClock, fakeClock } from '../../src/system/clock';

export const KEY = 'test-key-canary-5be1';

export interface TestSandbox extends SandboxServer {
  readonly clock: FakeClock;
  /** The lines of the log, without their times. */
  readonly lines: readonly string[];
  readonly entries: readonly SandboxLogEntry[];
}

/** Starts a sandbox on a fake clock, and closes it after the test. */
export async function sandbox(options: Partial<SandboxServerOptions> = {}): Promise<TestSandbox> {
  const clock = fakeClock();
  const lines: string[] = [];
  const entries: SandboxLogEntry[] = [];
  const running = await startSandbox({
    port: 0,
    apiKey: secret(KEY),
    clock,
    log(line, entry) {
      lines.push(line.replace(/^\d\d:\d\d:\d\d /, ''));
      entries.push(entry);
    },
    ...options,
  });
  onTestFinished(() => running.close());
  return { ...running, clock, lines, entries };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

export interface CallOptions {
  readonly method?: string;
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a real request on a new connection. */
export function call(url: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { authorization } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(url),
      {
        path,
        method: options.method ?? 'GET',
        agent: false,
        headers: { ...options.headers, ...(authorization !== undefined && { authorization }) },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const body = Buffer.concat(chunks);
          const isJson = incoming.headers['content-type'] === 'application/json';
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body,
            json: isJson ? JSON.parse(String(body)) : undefined,
          });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

export function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/**
 * Mints a token.
 * @returns the value for an `Authorization` header
 */
export async function mintBearer(
  server: SandboxServer,
  query = 'access=readwrite&lifetime_s=60',
): Promise<string> {
  const reply = await call(server.url, `/security/generate-token?${query}`, { authorization: KEY });
  if (reply.status !== 200) throw new Error(`minting answered ${reply.status}`);
  return `Bearer ${reply.json.data}`;
}

export interface TestSocket {
  send(message: object | string | Buffer): void;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  next(): Promise<any>;
  /** Reads messages until a message has this status. Returns all messages that were read. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  until(status: string): Promise<any[]>;
  /** The close code of the connection. */
  readonly closed: Promise<number>;
  close(): void;
  pause(): void;
  resume(): void;
  /** Sends a ping. Resolves when the answer arrives. Without an answer, the promise stays pending. */
  ping(): Promise<void>;
  readonly upgradeHeaders: () => IncomingHttpHeaders;
}

/** Returns a message as JSON, or as text if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Opens a real WebSocket, and sends nothing. Rejects with `HTTP STATUS` if the upgrade is refused. */
export function openSocket(
  server: { readonly url: string },
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${target}`, { headers });
  const arrived: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  let upgradeHeaders: IncomingHttpHeaders = {};
  socket.on('message', (data) => {
    const message = parsed(String(data));
    const take = waiting.shift();
    if (take) take(message);
    else arrived.push(message);
  });
  socket.on('upgrade', (response) => {
    upgradeHeaders = response.headers;
  });
  onTestFinished(() => socket.terminate());
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const next: TestSocket['next'] = () => {
    if (arrived.length > 0) return Promise.resolve(arrived.shift());
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      void closed.then((code) => reject(new Error(`closed with ${code}`)));
    });
  };
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode}`));
      socket.terminate();
    });
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        send(message) {
          const isPlain = typeof message === 'string' || Buffer.isBuffer(message);
          socket.send(isPlain ? message : JSON.stringify(message));
        },
        next,
        async until(status) {
          const messages = [await next()];
          while (messages.at(-1).status !== status) messages.push(await next());
          return messages;
        },
        closed,
        close: () => socket.close(),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        ping: () =>
          new Promise((pong) => {
            socket.once('pong', () => pong());
            socket.ping();
          }),
        upgradeHeaders: () => upgradeHeaders,
      }),
    );
  });
}

/** Returns the path for a URL transcription over WebSocket. The `url` in its query is encoded twice. */
export function urlTarget(url: string, options = ''): string {
  return `/async/transcribe/url?language=auto&url=${encodeURIComponent(encodeURIComponent(url))}${options}`;
}

/** Returns the first message of a client. */
export function hello(authorization: string | undefined, target: string, session?: string) {
  return { headers: { authorization, path: target }, ...(session !== undefined && { session }) };
}

/** Opens a session, and waits for its confirmation. */
export async function openSession(
  server: { readonly url: string },
  target: string,
  authorization = KEY,
) {
  const socket = await openSocket(server, target);
  socket.send(hello(authorization, target));
  const { session } = await socket.next();
  if (typeof session !== 'string') throw new Error('the session was not confirmed');
  return { socket, session, start: () => socket.send({ start: true, session }) };
}

/** Transcribes the audio at a URL. Returns the transcription, the last message and the connection. */
export async function transcribe(server: { readonly url: string }, url: string, options = '') {
  const { socket, start } = await openSession(server, urlTarget(url, options));
  start();
  for (;;) {
    const message = await socket.next();
    if (message.status === 'error' || message.status === 'done') {
      return {
        message,
        socket,
        text: message.data.timeline.map((item: { text: string }) => item.text),
      };
    }
  }
}

/** Starts a local web server for audio. `pages` has a handler for each path; every other path returns 404. */
export async function webServer(pages: Readonly<Record<string, RequestListener>>) {
  const seen: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((incoming, response) => {
    seen.push({ path: incoming.url ?? '', headers: incoming.headers });
    const page = pages[incoming.url ?? ''];
    if (page) page(incoming, response);
    else response.writeHead(404).end('no such page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export const page =
  (body: string | Buffer, type = 'audio/wav'): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type }).end(body);
  };

/** Returns silence as a WAV file: 8 kHz, 8 bit, mono. */
export function silence(seconds: number): Buffer {
  const samples = Math.round(seconds * 8000);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 128)]);
}

/** Waits until a condition is true, for example until the other side has closed a socket. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
