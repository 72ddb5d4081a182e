import type { RawData, WebSocket } from 'ws';
import { PATHS } from '../api/protocol';
import { BROKEN, NORMAL, openChannel } from './channel';
import { TURNS_FOR_CLIENT, yieldToEventLoop } from './event-loop';
import { splitTarget } from './http';
import type { Job } from './jobs';
import { jobOf, parseMessage, textAt } from './messages';
import { Refusal, toRefusal } from './refusal';
import type { Fields } from './request-body';
import type { Service } from './service';
import type { Session, SessionMessage } from './sessions';
import { createStreamFault } from './stream-fault';
import type { Caller } from './tokens';

/** Time limit for the client to close the connection after the last message, in milliseconds. */
const CLIENT_CLOSE_MS = 5_000;

/** The WebSocket paths that start transcriptions. */
export const SOCKET_PATHS: readonly string[] = [PATHS.transcribeUrl, PATHS.transcribeLive];

export const isSocketPath = (path: string) => SOCKET_PATHS.includes(path);

function sessionFor(job: Job, resumed: string | undefined, service: Service): Session {
  if (resumed === undefined) return service.sessions.findOrCreate(job);
  const session = service.sessions.find(resumed);
  if (session?.job.kind !== job.kind) throw new Refusal(404, 'there is no such session');
  return session;
}

/**
 * Serves one client, from the WebSocket upgrade to the end of the connection.
 * @returns `expectsAudio`, which returns whether the client may send live audio now
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
  let isIgnoring = false;
  let cancelTimer = () => {};
  const { path } = splitTarget(target);
  const channel = openChannel(socket, { path, target }, service);

  const streamFault = createStreamFault(socket, channel, service);

  const isSkipped = ({ status, data }: SessionMessage) =>
    status === 'processing' && data.operation === 'transcription-live' && channel.isClientBehind();

  const forward = (message: SessionMessage) => {
    if (isSkipped(message)) return;
    const isLast = message.status === 'done' || message.status === 'error';
    if (!streamFault.passes(isLast)) {
      isIgnoring ||= streamFault.isStalled();
      stopWatching();
      return;
    }
    channel.send(message);
    if (!isLast) return;
    stopWatching();
    if (message.status === 'error') socket.close(BROKEN, 'the transcription failed');
    else cancelTimer = clock.timer(CLIENT_CLOSE_MS, () => socket.close(NORMAL));
  };

  const openSession = async (message: Fields) => {
    const authorized = channel.authorize(message, 'session');
    const { headers } = authorized;
    caller = authorized.caller;
    const resumed = textAt(message, 'session');
    // A resumed transcription keeps its settings, even if its polyglot session was changed or deleted.
    const polyglot = resumed === undefined ? service.polyglots.get : () => null;
    const job = jobOf(target, headers, polyglot);
    const fault = faults.take('session');
    isIgnoring = fault !== null;
    if (fault?.action === 'close') channel.closeByFault('session:close');
    if (fault) return;
    if (service.latencyMs > 0) {
      socket.pause();
      await clock.sleep(service.latencyMs, service.signal);
      socket.resume();
    }
    if (socket.readyState !== socket.OPEN) return;
    session = sessionFor(job, resumed, service);
    channel.send({ session: session.id });
    channel.logConfirmed(`session ${session.id} confirmed`);
    if (session.isStarted()) await yieldToEventLoop(TURNS_FOR_CLIENT);
    stopWatching = session.watch(forward);
    if (session.isStarted()) forward(session.latest());
  };

  const handleCommand = (open: Session, message: Fields) => {
    const wantsStart = message['start'] === true;
    const wantsStop = message['stop'] === true;
    if (!wantsStart && !wantsStop) return;
    if (textAt(message, 'session') !== open.id) {
      channel.reportError(new Refusal(404, 'this connection is for another session'));
      return;
    }
    if (wantsStart && !open.isStarted()) {
      streamFault.take();
      service.start(open, caller);
    }
    if (wantsStop) service.live.stop(open);
  };

  const expectsAudio = () => session?.job.kind === 'live' && session.isStarted();

  const receive = async (data: RawData, isBinary: boolean) => {
    if (isIgnoring) return;
    try {
      if (!isBinary) {
        const message = parseMessage(data);
        if (session) handleCommand(session, message);
        else await openSession(message);
      } else if (session && expectsAudio()) {
        service.live.push(session, data as Buffer);
      } else {
        throw new Refusal(400, 'only a started live session accepts audio');
      }
    } catch (error) {
      if (service.signal.aborted) return;
      isIgnoring = true;
      channel.refuse(toRefusal(error));
    }
  };

  let queue = Promise.resolve();
  socket.on('message', (data, isBinary) => {
    // Messages that arrive after the server has closed the connection are ignored.
    if (socket.readyState !== socket.OPEN) return;
    queue = queue.then(() => receive(data, isBinary));
  });
  // The `close` event is handled in the same queue as the messages, so that earlier messages are handled first.
  socket.on('close', () => {
    queue = queue.then(() => {
      cancelTimer();
      stopWatching();
      isIgnoring = true;
      if (session) service.sessions.release(session);
    });
  });
  return { expectsAudio };
}
