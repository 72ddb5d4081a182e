import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Subject } from './log/journal';
import { Refusal } from './refusal';
import type { Service } from './service';

const TOO_BIG = 1009;
const MIB = 1024 * 1024;
/** What comes at once may be the end of one message and the beginning of the next. */
const MOST_AT_ONCE = 64 * 1024;

interface Limited extends Pick<Service, 'limits' | 'journal'> {
  readonly subject: Omit<Subject, 'status'>;
}

/**
 * Ends a connection with 1009 at a message that is too long, before all of it is there. Live audio alone may be longer, up to the
 * limit of the WebSocket itself.
 * @param stream that the WebSocket stands on
 */
export function limitMessages(
  socket: WebSocket,
  stream: Duplex,
  { limits, journal, subject }: Limited,
  expectsAudio: () => boolean,
): void {
  const { messageBytes, audioMessageBytes } = limits;
  const tell = (most: number) =>
    journal.refused(new Refusal(413, `a message is longer than ${most / MIB} MiB`), subject);
  let bytes = 0;
  let isRefused = false;
  const refuse = () => {
    if (isRefused) return;
    isRefused = true;
    tell(messageBytes);
    socket.close(TOO_BIG, 'the message is too long');
    // What still comes is dropped, and not put together, as long as the peer takes to notice.
    stream.removeAllListeners('data');
    stream.end();
    stream.resume();
  };
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > messageBytes + MOST_AT_ONCE && !expectsAudio()) refuse();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    bytes = 0;
    if (!isBinary && data.length > messageBytes) refuse();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') tell(audioMessageBytes);
  });
}
