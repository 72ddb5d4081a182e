import type { WebSocket } from 'ws';
import { NORMAL, openChannel } from '../channel';
import { TURNS_FOR_CLIENT, yieldToEventLoop } from '../event-loop';
import { parseMessage, queryOf } from '../messages';
import { Refusal, toRefusal } from '../refusal';
import type { Fields } from '../request-body';
import type { Use } from '../rules';
import type { Service } from '../service';
import { createStreamFault } from '../stream-fault';

/** A request of a connection to follow something. */
export interface FollowRequest {
  readonly service: Service;
  /** The value of `:id` in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The headers in the first message. */
  readonly headers: Fields;
}

/** The part of a message that is read here. */
interface Message {
  readonly status: string;
}

/** Receives the messages for one connection. */
export interface MessageSink {
  /** @param isRepeated whether a later message repeats all of this one. Then this one is skipped for a slow client */
  send(message: Message, isRepeated?: boolean): void;
  /** Sends the reason, and closes. */
  fail(refusal: Refusal): void;
  /** Called after the last message: the client closes the connection, else the server after a timeout. */
  finish(): void;
}

/** A source of messages for a connection. */
export interface Followed {
  /** The id in the confirmation. */
  readonly session: string;
  /** Its current state, which is also in the confirmation: the SDK reads the id, other clients read the state. */
  now(): object;
  /** Sends all later messages. @returns a function that stops it */
  follow(sink: MessageSink): () => void;
}

/** A WebSocket that only receives messages. Its first message has the credentials; nothing is started. */
export interface Follower {
  readonly pattern: string;
  readonly use: Use;
  /** @throws Refusal */
  open(request: FollowRequest): Followed | Promise<Followed>;
}

/** How long the client may take to close the connection after the last message. */
const CLIENT_CLOSE_MS = 5000;

/** Serves one client from the upgrade to the end of the connection. */
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
      // Not earlier: a presentation without messages must not use up a fault for another connection.
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
    // Only the first message counts. Later ones are ignored: the SDK may still send `start`.
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
