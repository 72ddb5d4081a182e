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

/** Time limit for the first message, in milliseconds. The first message contains the credentials. */
const FIRST_MESSAGE_MS = 10_000;
/** A client that has more unread bytes than this is disconnected. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** A client that has more unread bytes than this does not get messages whose content is repeated in a later message. */
const MAX_BEHIND_BYTES = 256 * 1024;

/** WebSocket close codes (RFC 6455, 7.4.1). */
export const NORMAL = 1000;
const POLICY = 1008;
export const BROKEN = 1011;

/** A WebSocket connection to the sandbox. Every error that is sent to the client is also logged. */
export interface Channel {
  send(message: object): void;
  /**
   * Whether the client reads more slowly than the sandbox sends. If so, the sandbox can leave out a message if a later message
   * contains the same content again.
   */
  isClientBehind(): boolean;
  /** Sends the error and closes the connection. */
  refuse(refusal: Refusal): void;
  /** Sends the error and keeps the connection open. */
  reportError(refusal: Refusal): void;
  /** Checks the credentials in the first message. @throws Refusal if they are not accepted */
  authorize(message: Fields, use: Use): { readonly caller: Caller; readonly headers: Fields };
  logConfirmed(text: string): void;
  closeByFault(fault: string): void;
}

/**
 * Creates the channel of a WebSocket.
 * @param call `path` is the pattern of the path, such as `/async/polyglot/:id`, and is shown in the log; `target` is the path and
 * the query of the upgrade request
 */
export function openChannel(
  socket: WebSocket,
  call: { readonly path: string; readonly target: string },
  service: Service,
): Channel {
  const { requestLog, clock } = service;
  const logged = { method: 'WS', path: call.path };
  let credential: string | null = null;
  const note = (refusal: Refusal) =>
    requestLog.recordSession({ ...logged, credential, refusal, status: refusal.httpCode });
  const cancelTimer = clock.timer(FIRST_MESSAGE_MS, () => {
    note(new Refusal(408, 'no first message came'));
    socket.close(POLICY, 'no first message');
  });
  const send = (message: object) => {
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) {
      if (socket.readyState !== socket.OPEN) return;
      requestLog.refused(new Refusal(408, 'the client does not read its messages'), logged);
      socket.terminate();
    } else socket.send(JSON.stringify(message), () => {});
  };
  socket.on('close', cancelTimer);
  socket.on('error', (error: Error & { readonly code?: string }) => {
    // Nothing is logged here, because `limitMessages` logs a message that is too long.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return;
    requestLog.refused(new Refusal(400, 'the connection was lost'), logged);
  });

  return {
    send,
    isClientBehind: () => socket.bufferedAmount > MAX_BEHIND_BYTES,
    refuse(refusal) {
      send(refusalBody(refusal));
      socket.close(POLICY, 'refused');
      note(refusal);
    },
    reportError(refusal) {
      send(refusalBody(refusal));
      requestLog.refused(refusal, logged);
    },
    authorize(message, use) {
      cancelTimer();
      const headers = isFields(message['headers']) ? message['headers'] : {};
      const authorization = textAt(headers, HEADERS.authorization);
      credential = credentialOf(authorization);
      const { query } = splitTarget(call.target);
      return { caller: service.tokens.authorize({ authorization, query, use }), headers };
    },
    logConfirmed: (text) => requestLog.recordSession({ ...logged, credential, status: 101, text }),
    closeByFault(fault) {
      socket.close(BROKEN, 'closed by an injected fault');
      requestLog.note(`${logged.method} ${logged.path} closed by the injected fault ${fault}`, {
        ...logged,
        status: BROKEN,
      });
    },
  };
}
