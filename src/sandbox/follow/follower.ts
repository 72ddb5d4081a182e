import type { WebSocket } from 'ws';
import { NORMAL, openChannel } from '../channel';
import { TURNS_FOR_CLIENT, yieldToEventLoop } from '../event-loop';
import { parseMessage, queryOf } from '../messages';
import { Refusal, toRefusal } from '../refusal';
import type { Fields } from '../request-body';
import type { Use } from '../rules';
import type { Service } from '../service';
import { createStreamFault } from '../stream-fault';

/**
 * A request to receive the messages of a transcription or of a presentation (a polyglot session that is shown to an audience).
 */
export interface FollowRequest {
  readonly service: Service;
  /** The value of `:id` in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The headers in the first message of the client. */
  readonly headers: Fields;
}

interface Message {
  readonly status: string;
}

/** Sends messages to the client of one connection. */
export interface MessageSink {
  /**
   * @param isRepeated whether a later message contains the same content again; if true, the message is not sent to a client that
   * reads slowly
   */
  send(message: Message, isRepeated?: boolean): void;
  /** Sends the error and closes the connection. */
  fail(refusal: Refusal): void;
  /**
   * Called after the last message, which tells the client to close the connection. If the client does not, the sandbox closes the
   * connection after CLIENT_CLOSE_MS.
   */
  finish(): void;
}

/** Provides the messages about one transcription, or about one polyglot session that is shown to an audience. */
export interface MessageSource {
  /** The id of the session. The first message to the client, which confirms the connection, contains this id. */
  readonly session: string;
  /**
   * Returns the current state of the transcription or of the polyglot session. The first message to the client, which confirms
   * the connection, contains this state and the session id. The SDK reads the id, and other clients read the state.
   */
  now(): object;
  /** Sends all later messages to the sink. @returns a function that stops the messages */
  follow(sink: MessageSink): () => void;
}

/** A WebSocket call that sends messages to its client. The client sends only its credentials, and starts no work. */
export interface Follower {
  readonly pattern: string;
  readonly use: Use;
  /** @throws Refusal if the request is not accepted */
  open(request: FollowRequest): MessageSource | Promise<MessageSource>;
}

/** Time limit for the client to close the connection after the last message, in milliseconds. */
const CLIENT_CLOSE_MS = 5000;

/** Serves one client, from the WebSocket upgrade to the end of the connection. */
export function serveFollower(
  socket: WebSocket,
  { follower, id, target }: { follower: Follower; id: string; target: string },
  service: Service,
): { readonly expectsAudio: () => boolean } {
  const { clock, faults, latencyMs } = service;
  const channel = openChannel(socket, { path: follower.pattern, target }, service);
  let hasFirstMessage = false;
  let isBroken = false;
  let stop = () => {};
  let cancelTimer = () => {};
  const streamFault = createStreamFault(socket, channel, service);
  let takeFault = () => {
    streamFault.take();
    takeFault = () => {};
  };

  const sink: MessageSink = {
    send(message, isRepeated = false) {
      if (isRepeated && channel.isClientBehind()) return;
      // Assign a `stream` fault to this connection only now, when its first message is sent. Reason: without a live
      // transcription, a polyglot session sends no message. A fault that was assigned earlier would then never happen, and no
      // other connection could get it.
      takeFault();
      isBroken ||= !streamFault.passes(message.status === 'done');
      if (isBroken) stop();
      else channel.send(message);
    },
    fail(refusal) {
      if (!isBroken) channel.refuse(refusal);
    },
    finish() {
      if (isBroken) return;
      cancelTimer();
      cancelTimer = clock.timer(CLIENT_CLOSE_MS, () => socket.close(NORMAL));
    },
  };

  const confirm = async (message: Fields) => {
    const { headers } = channel.authorize(message, follower.use);
    const query = queryOf(target, headers);
    const followed = await follower.open({ service, id, query, headers });
    const fault = faults.take('session');
    if (fault?.action === 'close') channel.closeByFault('session:close');
    if (fault) return;
    if (latencyMs > 0) await clock.sleep(latencyMs, service.signal);
    if (socket.readyState !== socket.OPEN) return;
    channel.send({ session: followed.session, ...followed.now() });
    channel.logConfirmed(`session ${followed.session} confirmed`);
    await yieldToEventLoop(TURNS_FOR_CLIENT);
    if (socket.readyState !== socket.OPEN) return;
    stop = followed.follow(sink);
    if (isBroken) stop();
  };

  socket.on('message', (data, isBinary) => {
    // Handle only the first message. The SDK may send `start` after it, so later messages are ignored without an error.
    if (hasFirstMessage) return;
    hasFirstMessage = true;
    Promise.resolve()
      .then(() => {
        if (socket.readyState !== socket.OPEN) return;
        if (isBinary) throw new Refusal(400, 'a message must be a JSON object');
        return confirm(parseMessage(data));
      })
      .catch((error: unknown) => {
        if (!service.signal.aborted) channel.refuse(toRefusal(error));
      });
  });
  socket.on('close', () => {
    isBroken = true;
    cancelTimer();
    stop();
  });
  return { expectsAudio: () => false };
}
