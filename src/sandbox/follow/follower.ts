import type { WebSocket } from 'ws';
import { NORMAL, openChannel } from '../channel';
import { parseMessage, queryOf } from '../messages';
import { nextTurn, TURNS_OF_CLIENT } from '../next-turn';
import { Refusal, toRefusal } from '../refusal';
import type { Fields } from '../request-body';
import type { Use } from '../rules';
import type { Service } from '../service';
import { createStreamFault } from '../stream-fault';

/** What a connection asks to follow. */
export interface FollowRequest {
  readonly service: Service;
  /** What stands at `:id` in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Of the first message. */
  readonly headers: Fields;
}

/** A message, as far as it is looked into here. */
interface Message {
  readonly status: string;
}

/** Where the messages go. */
export interface Outlet {
  /** @param isRepeated whether a later message says all of it again: who reads slowly may do without it */
  send(message: Message, isRepeated?: boolean): void;
  /** Says why, and closes. */
  fail(refusal: Refusal): void;
  /** The last message is sent: the client closes the connection, or the server a moment later. */
  finish(): void;
}

/** Something whose messages go to a connection. */
export interface Followed {
  /** The id by which the server confirms the connection. */
  readonly session: string;
  /** The state of it, which the confirmation carries as well: the SDK looks for the id, others for the state. */
  now(): object;
  /** Sends what follows. @returns ends that */
  follow(outlet: Outlet): () => void;
}

/** A WebSocket that only listens: the first message brings the credentials, and nothing is started. */
export interface Follower {
  readonly pattern: string;
  readonly use: Use;
  /** @throws Refusal */
  open(request: FollowRequest): Followed | Promise<Followed>;
}

/** For the client to close the connection itself once all is said. */
const GRACE_MS = 5000;

/** Speaks with one client from the upgrade to the end of the connection. */
export function serveFollower(
  socket: WebSocket,
  { follower, id, target }: { follower: Follower; id: string; target: string },
  service: Service,
): { readonly expectsAudio: () => boolean } {
  const { clock, faults, latencyMs } = service;
  const channel = openChannel(socket, { path: follower.pattern, target }, service);
  let hasEntered = false;
  let isBroken = false;
  let stop = () => {};
  let cancelTimer = () => {};
  const streamFault = createStreamFault(socket, channel, service);
  let takeFault = () => {
    streamFault.take();
    takeFault = () => {};
  };

  const outlet: Outlet = {
    send(message, isRepeated = false) {
      if (isRepeated && channel.isAhead()) return;
      // Only here, so that a presentation that says nothing takes no fault from who speaks.
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
      cancelTimer = clock.timer(GRACE_MS, () => socket.close(NORMAL));
    },
  };

  const enter = async (message: Fields) => {
    const { headers } = channel.authorize(message, follower.use);
    const query = queryOf(target, headers);
    const followed = await follower.open({ service, id, query, headers });
    const fault = faults.take('session');
    if (fault?.action === 'close') channel.breakOff('session:close');
    if (fault) return;
    if (latencyMs > 0) await clock.sleep(latencyMs, service.signal);
    if (socket.readyState !== socket.OPEN) return;
    channel.send({ session: followed.session, ...followed.now() });
    channel.confirmed(`session ${followed.session} confirmed`);
    await nextTurn(TURNS_OF_CLIENT);
    if (socket.readyState !== socket.OPEN) return;
    stop = followed.follow(outlet);
    if (isBroken) stop();
  };

  socket.on('message', (data, isBinary) => {
    // There is nothing to say after the first message; the SDK may say `start` all the same.
    if (hasEntered) return;
    hasEntered = true;
    Promise.resolve()
      .then(() => {
        if (socket.readyState !== socket.OPEN) return;
        if (isBinary) throw new Refusal(400, 'a message must be a JSON object');
        return enter(parseMessage(data));
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
