import type { WebSocket } from 'ws';
import { HEADERS } from '../api/protocol';
import { refusalBody } from './answers';
import { splitTarget } from './http';
import { credentialOf } from './log/fingerprint';
import { textAt } from './messages';
import { Refusal } from './refusal';
import { type Fields, isFields } from './request-body';
import type { Use } from './rules';
import type { Service } from './service';
import type { Caller } from './tokens';

/** For the first message, which must bring the credentials. */
const FIRST_MESSAGE_MS = 10_000;
/** A peer that reads so far behind is dropped. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** One that reads so far behind does without what the next message says as well. */
const MAX_AHEAD_BYTES = 256 * 1024;

/** Close codes. */
export const NORMAL = 1000;
const POLICY = 1008;
export const BROKEN = 1011;

/** What every WebSocket does, whatever it is for. All that goes wrong is logged. */
export interface Channel {
  send(message: object): void;
  /** Whether the client has not read the last messages yet: a live timeline is repeated with every message. */
  isAhead(): boolean;
  /** Says why, and closes. */
  refuse(refusal: Refusal): void;
  /** Says why, and goes on. */
  complain(refusal: Refusal): void;
  /** Takes the credentials of the first message. @throws Refusal */
  authorize(message: Fields, use: Use): { readonly caller: Caller; readonly headers: Fields };
  /** Logs that the session is open. */
  confirmed(text: string): void;
  /** Closes as a fault would have it. */
  breakOff(fault: string): void;
}

/** @param path the pattern of the call */
export function openChannel(
  socket: WebSocket,
  call: { readonly path: string; readonly target: string },
  service: Service,
): Channel {
  const { journal, clock } = service;
  const subject = { method: 'WS', path: call.path };
  let credential: string | null = null;
  const note = (refusal: Refusal) =>
    journal.recordSession({ ...subject, credential, refusal, status: refusal.httpCode });
  const cancelTimer = clock.timer(FIRST_MESSAGE_MS, () => {
    note(new Refusal(408, 'no first message came'));
    socket.close(POLICY, 'no first message');
  });
  const send = (message: object) => {
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) {
      if (socket.readyState !== socket.OPEN) return;
      journal.refused(new Refusal(408, 'the client does not read its messages'), subject);
      socket.terminate();
    } else socket.send(JSON.stringify(message), () => {});
  };
  socket.on('close', cancelTimer);
  socket.on('error', (error: Error & { readonly code?: string }) => {
    // That one is told where the limit is.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return;
    journal.refused(new Refusal(400, 'the connection broke'), subject);
  });

  return {
    send,
    isAhead: () => socket.bufferedAmount > MAX_AHEAD_BYTES,
    refuse(refusal) {
      send(refusalBody(refusal));
      socket.close(POLICY, 'refused');
      note(refusal);
    },
    complain(refusal) {
      send(refusalBody(refusal));
      journal.refused(refusal, subject);
    },
    authorize(message, use) {
      cancelTimer();
      const headers = isFields(message['headers']) ? message['headers'] : {};
      const authorization = textAt(headers, HEADERS.authorization);
      credential = credentialOf(authorization);
      const { query } = splitTarget(call.target);
      return { caller: service.tokens.authorize({ authorization, query, use }), headers };
    },
    confirmed: (text) => journal.recordSession({ ...subject, credential, status: 101, text }),
    breakOff(fault) {
      socket.close(BROKEN, 'the sandbox was told to close here');
      journal.tell(`${subject.method} ${subject.path} closed, as the sandbox was told (${fault})`, {
        ...subject,
        status: BROKEN,
      });
    },
  };
}
