import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LoggedRequest } from './log/request-log';
import { Refusal } from './refusal';
import type { Service } from './service';

const TOO_BIG = 1009;
const MIB = 1024 * 1024;
/**
 * Maximum size of a chunk of network data. This size is added to the message limit, because a chunk can contain the end of one
 * message and the beginning of the next.
 */
const MAX_CHUNK_BYTES = 64 * 1024;

interface Limited extends Pick<Service, 'limits' | 'requestLog'> {
  readonly logged: Omit<LoggedRequest, 'status'>;
}

/**
 * Closes a connection with code 1009 as soon as more than `messageBytes` of a message have arrived. Does not check live audio,
 * because the WebSocket library limits live audio to `audioMessageBytes`.
 * @param stream the connection under the WebSocket
 */
export function limitMessages(
  socket: WebSocket,
  stream: Duplex,
  { limits, requestLog, logged }: Limited,
  expectsAudio: () => boolean,
): void {
  const { messageBytes, audioMessageBytes } = limits;
  const tell = (most: number) =>
    requestLog.refused(new Refusal(413, `a message is longer than ${most / MIB} MiB`), logged);
  let bytes = 0;
  let isRefused = false;
  const refuse = () => {
    if (isRefused) return;
    isRefused = true;
    tell(messageBytes);
    socket.close(TOO_BIG, 'the message is too long');
    // More data is dropped without parsing, until the client closes the connection.
    stream.removeAllListeners('data');
    stream.end();
    stream.resume();
  };
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > messageBytes + MAX_CHUNK_BYTES && !expectsAudio()) refuse();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    bytes = 0;
    if (!isBinary && data.length > messageBytes) refuse();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') tell(audioMessageBytes);
  });
}
