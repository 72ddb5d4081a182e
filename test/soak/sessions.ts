import { WebSocket } from 'ws';
import { HEADERS, PATHS } from '../../src/api/protocol';
import { SANDBOX_CLIP } from '../../src/core/sample-clips';
import type { Sample } from './soak';

export interface Server {
  readonly url: string;
  readonly apiKey: string;
}

interface Message {
  readonly status?: string;
  readonly session?: string;
  readonly error?: string;
  readonly data?: { readonly timeline: readonly { readonly end: number }[] };
}

/** A connection whose session is confirmed. */
interface Connection {
  readonly session: string;
  send(message: object | Buffer): Promise<void>;
  /** Resolves with the first message that has the given status, even if the message arrived before the call. */
  until(status: string): Promise<Message>;
  close(): Promise<void>;
}

/**
 * Opens or resumes a session.
 * @param session the ID of the session to resume
 */
function connect(server: Server, path: string, session?: string): Promise<Connection> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`);
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const headers = { [HEADERS.authorization]: server.apiKey, path };
  const connection = (confirmed: string): Connection => ({
    session: confirmed,
    send: (message) =>
      new Promise((resolve, reject) => {
        const data = Buffer.isBuffer(message) ? message : JSON.stringify(message);
        socket.send(data, (error) => (error ? reject(error) : resolve()));
      }),
    until: (status) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find((message) => message.status === status);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`It closed before the status ${status}.`)));
      }),
    async close() {
      socket.close();
      await ended;
    },
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(JSON.stringify({ headers, ...(session && { session }) })));
    socket.on('error', reject);
    socket.on('message', (data) => {
      const message: Message = JSON.parse(String(data));
      if (message.status === 'error') reject(new Error(message.error));
      if (message.session) resolve(connection(message.session));
      // Each message repeats the whole timeline. To save memory, only the first message of each status is kept.
      if (message.status && !messages.some(({ status }) => status === message.status)) {
        messages.push(message);
      }
      for (const look of [...waiting]) look();
    });
  });
}

const require = (isTrue: boolean, what: string) => {
  if (!isTrue) throw new Error(what);
};

/**
 * Uses one session with two clients. The second client joins the session because it sends the same request. Then the first client
 * disconnects, and resumes the session with the session's ID.
 * @param number a different number for each call, so that no other client joins the session
 */
export async function joinAndResume(server: Server, number: number): Promise<void> {
  const audio = encodeURIComponent(encodeURIComponent(`${server.url}${SANDBOX_CLIP.path}`));
  const path = `${PATHS.transcribeUrl}?url=${audio}&max_duration_s=${10 + number / 1e6}`;
  const first = await connect(server, path);
  const second = await connect(server, path);
  require(second.session === first.session, 'The second client did not join.');
  await first.send({ start: true, session: first.session });
  await first.until('processing');
  await first.close();
  const resumed = await connect(server, path, first.session);
  require(resumed.session === first.session, 'The session was not resumed.');
  const ends = await Promise.all([second.until('done'), resumed.until('done')]);
  for (const { data } of ends) require(data?.timeline.length === 3, 'The transcript is not whole.');
  await Promise.all([second.close(), resumed.close()]);
}

const BYTES_PER_SECOND = 32_000;
const HEADER_BYTES = 44;
/** The number of connections over which the audio is sent, one after the other. */
const CONNECTIONS = 12;

/** Returns the header of a WAV file with unknown length, like the audio of a microphone. The format is 16 kHz, 16 bit, mono. */
function waveHeader(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(0xffffffff, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(BYTES_PER_SECOND / 2, 24);
  header.writeUInt32LE(BYTES_PER_SECOND, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(0xffffffff, 40);
  return header;
}

/**
 * Sends a live stream as fast as the sandbox accepts it. Drops the connection and resumes the session several times.
 * @returns samples of the sandbox's memory, and the end of the timeline in seconds
 */
export async function streamAtSpeed(
  server: Server,
  seconds: number,
  sample: (done: number) => Promise<Sample>,
): Promise<{ readonly samples: readonly Sample[]; readonly end: number | undefined }> {
  const samples: Sample[] = [];
  const path = `${PATHS.transcribeLive}?language=en`;
  const second = Buffer.alloc(BYTES_PER_SECOND, 7);
  let connection = await connect(server, path);
  const { session } = connection;
  await connection.send({ start: true, session });
  await connection.send(waveHeader());
  for (let part = 0; part < CONNECTIONS; part += 1) {
    if (part > 0) connection = await connect(server, path, session);
    for (let sent = 0; sent < seconds / CONNECTIONS; sent += 1) await connection.send(second);
    samples.push(await sample((part + 1) * (seconds / CONNECTIONS)));
    if (part < CONNECTIONS - 1) await connection.close();
  }
  await connection.send({ stop: true, session });
  const { data } = await connection.until('done');
  await connection.close();
  return { samples, end: data?.timeline.at(-1)?.end };
}
