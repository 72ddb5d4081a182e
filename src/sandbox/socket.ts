import type { RawData, WebSocket } from 'ws';
import { PATHS } from '../api/protocol';
import { BROKEN, NORMAL, openChannel } from './channel';
import { splitTarget } from './http';
import type { Job } from './jobs';
import { jobOf, parseMessage, textAt } from './messages';
import { nextTurn, TURNS_OF_CLIENT } from './next-turn';
import { Refusal, toRefusal } from './refusal';
import type { Fields } from './request-body';
import type { Service } from './service';
import type { Session, SessionMessage } from './sessions';
import { createStreamFault } from './stream-fault';
import type { Caller } from './tokens';

/** For the client to close the connection itself once all is said. */
const GRACE_MS = 5_000;

/** Where transcriptions are started over WebSocket. */
export const SOCKET_PATHS: readonly string[] = [PATHS.transcribeUrl, PATHS.transcribeLive];

export const isSocketPath = (path: string) => SOCKET_PATHS.includes(path);

function sessionFor(job: Job, resumed: string | undefined, service: Service): Session {
  if (resumed === undefined) return service.sessions.enter(job);
  const session = service.sessions.find(resumed);
  if (session?.job.kind !== job.kind) throw new Refusal(404, 'there is no such session');
  return session;
}

/**
 * Speaks with one client from the upgrade to the end of the connection.
 * @returns what tells whether live audio may come, which is when messages may be long
 */
export function serveSocket(
  socket: WebSocket,
  target: string,
  service: Service,
): { readonly expectsAudio: () => boolean } {
  const { clock, faults } = service;
  let session: Session | null = null;
  let caller: Caller | null = null;
  let stopWatching = () => {};
  let isDeaf = false;
  let cancelTimer = () => {};
  const { path } = splitTarget(target);
  const channel = openChannel(socket, { path, target }, service);

  const streamFault = createStreamFault(socket, channel, service);

  const isSkipped = ({ status, data }: SessionMessage) =>
    status === 'processing' && data.operation === 'transcription-live' && channel.isAhead();

  const pass = (message: SessionMessage) => {
    if (isSkipped(message)) return;
    const isLast = message.status === 'done' || message.status === 'error';
    if (!streamFault.passes(isLast)) {
      isDeaf ||= streamFault.isStalled();
      stopWatching();
      return;
    }
    channel.send(message);
    if (!isLast) return;
    stopWatching();
    if (message.status === 'error') socket.close(BROKEN, 'the transcription failed');
    else cancelTimer = clock.timer(GRACE_MS, () => socket.close(NORMAL));
  };

  const enter = async (message: Fields) => {
    const entered = channel.authorize(message, 'session');
    const { headers } = entered;
    caller = entered.caller;
    const resumed = textAt(message, 'session');
    // What it began with still holds, whatever became of its polyglot session.
    const polyglot = resumed === undefined ? service.polyglots.get : () => null;
    const job = jobOf(target, headers, polyglot);
    const fault = faults.take('session');
    isDeaf = fault !== null;
    if (fault?.action === 'close') channel.breakOff('session:close');
    if (fault) return;
    if (service.latencyMs > 0) {
      socket.pause();
      await clock.sleep(service.latencyMs, service.signal);
      socket.resume();
    }
    if (socket.readyState !== socket.OPEN) return;
    session = sessionFor(job, resumed, service);
    channel.send({ session: session.id });
    channel.confirmed(`session ${session.id} confirmed`);
    if (session.isStarted()) await nextTurn(TURNS_OF_CLIENT);
    stopWatching = session.watch(pass);
    if (session.isStarted()) pass(session.latest());
  };

  const obey = (open: Session, message: Fields) => {
    const wantsStart = message['start'] === true;
    const wantsStop = message['stop'] === true;
    if (!wantsStart && !wantsStop) return;
    if (textAt(message, 'session') !== open.id) {
      channel.complain(new Refusal(404, 'this connection is for another session'));
      return;
    }
    if (wantsStart && !open.isStarted()) {
      streamFault.take();
      service.start(open, caller);
    }
    if (wantsStop) service.live.stop(open);
  };

  const expectsAudio = () => session?.job.kind === 'live' && session.isStarted();

  const hear = async (data: RawData, isBinary: boolean) => {
    if (isDeaf) return;
    try {
      if (!isBinary) {
        const message = parseMessage(data);
        if (session) obey(session, message);
        else await enter(message);
      } else if (session && expectsAudio()) {
        service.live.push(session, data as Buffer);
      } else {
        throw new Refusal(400, 'audio is taken by a live session only, after its start');
      }
    } catch (error) {
      if (service.signal.aborted) return;
      isDeaf = true;
      channel.refuse(toRefusal(error));
    }
  };

  let turn = Promise.resolve();
  socket.on('message', (data, isBinary) => {
    // What comes after a close of the server's own is not heard.
    if (socket.readyState !== socket.OPEN) return;
    turn = turn.then(() => hear(data, isBinary));
  });
  // What a client sent before it closed still counts.
  socket.on('close', () => {
    turn = turn.then(() => {
      cancelTimer();
      stopWatching();
      isDeaf = true;
      if (session) service.sessions.release(session);
    });
  });
  return { expectsAudio };
}
