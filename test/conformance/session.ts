import { WebSocket } from 'ws';
import { authorizationOf, buildQuery, type Caller, type Query, urlQuery } from './client';

export interface TimelineItem {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly latest?: boolean;
  readonly pending?: boolean;
  readonly translations?: Readonly<Record<string, string>>;
  readonly words?: readonly (readonly [number, number, string, number])[];
}

/** What is read of a transcription; whether the rest is as declared is tested by its shape. */
export interface Transcription {
  readonly id: string;
  readonly status: string;
  readonly operation: string;
  readonly progress?: number;
  readonly polyglot_id?: string | null;
  readonly end?: string | null;
  readonly duration?: number;
  readonly timeline: readonly TimelineItem[];
  readonly keywords?: string | null;
  readonly summary?: string | null;
  readonly paragraphs?: readonly string[] | null;
}

export interface Message<Data = Transcription> {
  readonly status?: string;
  readonly data?: Data | null;
  readonly session?: unknown;
  readonly http_code?: number;
}

/** The connection ended, or was refused, before what was waited for came. */
export class ConnectionEnded extends Error {
  /** The HTTP status of a refused upgrade, else the code of the close. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** A refusal within the socket: the SDK does not look at it and waits for ever. */
export class SessionRefused extends Error {
  readonly reply: Message<unknown>;

  constructor(reply: Message<unknown>) {
    super(`refused: ${JSON.stringify(reply)}`);
    this.reply = reply;
  }
}

export interface Connection<Data = Transcription> {
  send(value: unknown): void;
  sendText(text: string): void;
  sendBuffer(bytes: Uint8Array): void;
  /** The next message. @throws {ConnectionEnded} */
  next(): Promise<Message<Data>>;
  /** All messages up to the first that is meant, which is the last of them. @throws {ConnectionEnded} */
  until(isMeant: (message: Message<Data>) => boolean): Promise<readonly Message<Data>[]>;
  /** How many messages wait to be read. */
  waiting(): number;
  close(): void;
  /** Ends the connection as a broken network does, without a word. */
  drop(): void;
  /** The code of the close, once it is closed. */
  readonly closed: Promise<number>;
}

/** Opens a socket and sends nothing. @throws {ConnectionEnded} when the upgrade is refused */
export async function dial<Data = Transcription>(
  server: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Connection<Data>> {
  const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, { headers });
  const queue: Message<Data>[] = [];
  let wake = () => {};
  let end: ConnectionEnded | undefined;

  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      end ??= new ConnectionEnded(code, `the connection was closed with ${code}`);
      wake();
      resolve(code);
    });
  });
  socket.on('message', (bytes, isBinary) => {
    try {
      if (isBinary) throw new Error('a binary message');
      const message: Message<Data> = JSON.parse(String(bytes));
      queue.push(message);
      // The client closes at done.
      if (message.status === 'done') socket.close();
    } catch (error) {
      end = new ConnectionEnded(0, `the server sent what is no message: ${error}`);
      socket.close();
    }
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new ConnectionEnded(response.statusCode ?? 0, 'the upgrade was refused'));
    });
    socket.on('error', (error) => reject(new ConnectionEnded(0, error.message)));
    socket.on('open', resolve);
  });

  async function next(): Promise<Message<Data>> {
    for (;;) {
      const message = queue.shift();
      if (message) return message;
      if (end) throw end;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    closed,
    next,
    send: (value) => socket.send(JSON.stringify(value)),
    sendText: (text) => socket.send(text),
    sendBuffer: (bytes) => socket.send(bytes, { binary: true }),
    waiting: () => queue.length,
    close: () => socket.close(),
    drop: () => socket.terminate(),
    async until(isMeant) {
      const seen: Message<Data>[] = [];
      for (;;) {
        const message = await next();
        seen.push(message);
        if (isMeant(message)) return seen;
      }
    },
  };
}

export interface Session<Data = Transcription> extends Connection<Data> {
  readonly id: string;
  start(): void;
  stop(): void;
}

export interface ConnectOptions {
  readonly query?: Query;
  /** The session that is resumed. */
  readonly session?: string;
  /** More headers of the first message. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a session as the SDK's connect() does: ready is only what has been confirmed. @throws {ConnectionEnded | SessionRefused} */
export async function connect<Data = Transcription>(
  caller: Caller,
  path: string,
  { query, session, headers }: ConnectOptions = {},
): Promise<Session<Data>> {
  const whole = `${path}${buildQuery(query)}`;
  const connection = await dial<Data>(caller.server, whole);
  const authorization = authorizationOf(caller);
  connection.send({
    headers: { ...(authorization === undefined ? {} : { authorization }), path: whole, ...headers },
    ...(session === undefined ? {} : { session }),
  });
  const reply = await connection.next();
  if (typeof reply.session !== 'string') throw new SessionRefused(reply);
  const id = reply.session;
  return {
    ...connection,
    id,
    start: () => connection.send({ start: true, session: id }),
    stop: () => connection.send({ stop: true, session: id }),
  };
}

export const URL_PATH = '/async/transcribe/url';
export const LIVE_PATH = '/async/live/transcribe';

export function connectUrl(caller: Caller, url: string, options: Query = {}, session?: string) {
  const query = urlQuery(url, options);
  return connect(caller, URL_PATH, session === undefined ? { query } : { query, session });
}

export function connectLive(
  caller: Caller,
  query: Query = {},
  headers: Readonly<Record<string, string>> = {},
) {
  return connect(caller, LIVE_PATH, { query, headers });
}

export const isDone = ({ status }: Message<unknown>) => status === 'done';
export const isEnd = ({ status }: Message<unknown>) => status === 'done' || status === 'error';

/** Transcribes a URL over WebSocket, up to its end: all messages after the confirmation. */
export async function transcribe(caller: Caller, url: string, options: Query = {}) {
  const session = await connectUrl(caller, url, options);
  session.start();
  return session.until(isEnd);
}

/** The data of the last message, which must have some. */
export function lastData<Data>(messages: readonly Message<Data>[]): Data {
  const data = messages.at(-1)?.data;
  if (!data) throw new Error(`no data in ${JSON.stringify(messages.at(-1))}`);
  return data;
}
