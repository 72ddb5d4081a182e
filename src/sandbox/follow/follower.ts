import type { WebSocket } from 'ws';
import { NORMAL, openChannel } from '../channel';
import { parseMessage, queryOf } from '../messages';
import { type Refusal, toRefusal } from '../refusal';
import type { Fields } from '../request-body';
import type { Use } from '../rules';
import type { Service } from '../service';

/** What a connection asks to follow. */
export interface FollowRequest {
  readonly service: Service;
  /** What stands at `:id` in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** Of the first message. */
  readonly headers: Fields;
}

/** Where the messages go. */
export interface Outlet {
  send(message: object): void;
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
  let stop = () => {};
  let cancelTimer = () => {};

  const outlet: Outlet = {
    send: channel.send,
    fail: channel.refuse,
    finish() {
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
    stop = followed.follow(outlet);
  };

  socket.on('message', (data, isBinary) => {
    // There is nothing to say after the first message; the SDK may say `start` all the same.
    if (hasEntered || isBinary) return;
    hasEntered = true;
    Promise.resolve()
      .then(() => (socket.readyState === socket.OPEN ? enter(parseMessage(data)) : undefined))
      .catch((error: unknown) => {
        if (!service.signal.aborted) channel.refuse(toRefusal(error));
      });
  });
  socket.on('close', () => {
    cancelTimer();
    stop();
  });
  return { expectsAudio: () => false };
}
