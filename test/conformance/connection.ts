import { WebSocket } from 'ws';

export interface TimelineItem {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly latest?: boolean;
  readonly pending?: boolean;
  readonly translations?: Readonly<Record<string, string>>;
  readonly words?: readonly (readonly [number, number, string, number])[];
}

/** The members of a transcription that the tests read. `declared-types.test.ts` checks all members. */
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

/** Error for a connection that was refused, or that ended before the expected message arrived. */
export class ConnectionEnded extends Error {
  /** The HTTP status if the upgrade was refused, otherwise the close code. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Connection<Data = Transcription> {
  send(value: unknown): void;
  sendText(text: string): void;
  sendBuffer(bytes: Uint8Array): void;
  /** Sends one message in several frames, as browsers do with a large message. */
  sendFragments(pieces: readonly Uint8Array[]): void;
  /**
   * Returns the next message.
   * @throws {ConnectionEnded} if the connection ends before another message arrives
   */
  next(): Promise<Message<Data>>;
  /**
   * Returns all messages up to and including the first message that `isMeant` accepts.
   * @throws {ConnectionEnded} if the connection ends before that message
   */
  until(isMeant: (message: Message<Data>) => boolean): Promise<readonly Message<Data>[]>;
  /**
   * Sends a ping and waits for the pong. The server has then read all earlier messages of the client, and the client has received
   * all messages that the server sent before the pong.
   */
  settle(): Promise<void>;
  /** Returns the number of received messages that have not been read yet. */
  waiting(): number;
  close(): void;
  /** Ends the connection without a close frame, as a broken network does. */
  drop(): void;
  /** Resolves with the close code when the connection is closed. */
  readonly closed: Promise<number>;
}

/**
 * Opens a WebSocket without sending a message.
 * @throws {ConnectionEnded} if the upgrade is refused
 */
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
      // After `done`, the client closes the connection.
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
    sendFragments(pieces) {
      for (const [index, piece] of pieces.entries())
        socket.send(piece, { binary: true, fin: index === pieces.length - 1 });
    },
    async settle() {
      if (socket.readyState !== WebSocket.OPEN) {
        await closed;
        return;
      }
      const pong = new Promise<void>((resolve) => socket.once('pong', () => resolve()));
      socket.ping();
      await Promise.race([pong, closed]);
    },
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
