import type { RawData, WebSocket } from 'ws';
import { HEADERS, PATHS } from '../api/protocol';
import { refusalBody } from './answers';
import type { Fault } from './faults';
import { splitTarget } from './http';
import type { Job } from './jobs';
import { type Fields, isFields, jobOf, parseMessage, textAt } from './messages';
import { Refusal, toRefusal } from './refusal';
import type { Service } from './service';
import type { Session, SessionMessage } from './sessions';
import type { Caller } from './tokens';

/** For the first message, which must bring the credentials. */
const FIRST_MESSAGE_MS = 10_000;
/** For the client to close the connection itself once all is said. */
const GRACE_MS = 5_000;
/** A peer that reads so far behind is dropped. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const MAX_LIVE_UNREAD_BYTES = 256 * 1024;
/** A fault at `stream` lets so many messages through. */
const MESSAGES_BEFORE_FAULT = 2;
/** A connection that reads nothing does not notice when its peer is gone. */
const STALL_MS = 10 * 60_000;

const NORMAL = 1000;
const POLICY = 1008;
const BROKEN = 1011;

/** The door that a path leads to, if it is one of the two. */
export function isSocketPath(path: string): boolean {
  return path === PATHS.transcribeUrl || path === PATHS.transcribeLive;
}

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
  let streamFault: Fault | null = null;
  let messagesLeft = MESSAGES_BEFORE_FAULT;
  let isDeaf = false;
  let cancelTimer = clock.timer(FIRST_MESSAGE_MS, () => {
    isDeaf = true;
    socket.close(POLICY, 'no first message');
  });

  const send = (message: object) => {
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
    else socket.send(JSON.stringify(message), () => {});
  };

  const refuse = (refusal: Refusal) => {
    isDeaf = true;
    send(refusalBody(refusal));
    socket.close(POLICY, 'refused');
    service.log(`WS refused ${refusal.httpCode} ${refusal.message}`);
  };

  /** @returns whether the messages go on */
  const playStreamFault = (action: string) => {
    streamFault = null;
    if (action === 'garbage') {
      socket.send('<p>Sign in to use this network.</p>', () => {});
      return true;
    }
    stopWatching();
    if (action === 'stall') {
      isDeaf = true;
      socket.pause();
      cancelTimer = clock.timer(STALL_MS, () => socket.terminate());
    } else {
      socket.close(BROKEN, 'the sandbox was told to close here');
    }
    return false;
  };

  /** A live timeline is repeated with every message: who has not read the last ones yet does without this one. */
  const isAhead = ({ status, data }: SessionMessage) =>
    status === 'processing' &&
    data.operation === 'transcription-live' &&
    socket.bufferedAmount > MAX_LIVE_UNREAD_BYTES;

  const pass = (message: SessionMessage) => {
    if (isAhead(message)) return;
    const isLast = message.status === 'done' || message.status === 'error';
    if (streamFault && (messagesLeft <= 0 || isLast)) {
      if (!playStreamFault(streamFault.action)) return;
    }
    messagesLeft -= 1;
    send(message);
    if (!isLast) return;
    stopWatching();
    if (message.status === 'error') socket.close(BROKEN, 'the transcription failed');
    else cancelTimer = clock.timer(GRACE_MS, () => socket.close(NORMAL));
  };

  const enter = async (message: Fields) => {
    cancelTimer();
    const headers = isFields(message['headers']) ? message['headers'] : {};
    const authorization = textAt(headers, HEADERS.authorization);
    const { query } = splitTarget(target);
    caller = service.tokens.authorize({ authorization, query, use: 'session' });
    const job = jobOf(target, headers);
    const fault = faults.take('session');
    isDeaf = fault !== null;
    if (fault?.action === 'close') socket.close(BROKEN, 'the sandbox was told to close here');
    if (fault) return;
    if (service.latencyMs > 0) {
      socket.pause();
      await clock.sleep(service.latencyMs, service.signal);
      socket.resume();
    }
    if (socket.readyState !== socket.OPEN) return;
    session = sessionFor(job, textAt(message, 'session'), service);
    send({ session: session.id });
    service.log(`session ${session.id} confirmed`);
    stopWatching = session.watch(pass);
    if (session.isStarted()) pass(session.latest());
  };

  const obey = (open: Session, message: Fields) => {
    const wantsStart = message['start'] === true;
    const wantsStop = message['stop'] === true;
    if (!wantsStart && !wantsStop) return;
    if (textAt(message, 'session') !== open.id) {
      send(refusalBody(new Refusal(404, 'this connection is for another session')));
      return;
    }
    if (wantsStart && !open.isStarted()) {
      streamFault = faults.take('stream');
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
      if (!service.signal.aborted) refuse(toRefusal(error));
    }
  };

  let turn = Promise.resolve();
  socket.on('message', (data, isBinary) => {
    turn = turn.then(() => hear(data, isBinary));
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    cancelTimer();
    stopWatching();
    isDeaf = true;
    if (session) service.sessions.release(session);
  });
  return { expectsAudio };
}
