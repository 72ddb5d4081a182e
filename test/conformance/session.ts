import { authorizationOf, buildQuery, type Caller, type Query, urlQuery } from './client';
import { type Connection, dial, type Message, type Transcription } from './connection';

/**
 * Error for a session that the service refused after it had accepted the WebSocket: it answered the client's first message with a
 * refusal (`reply`) instead of a confirmation. In this case, connect() of the SDK waits forever, because it ignores such a
 * message.
 */
export class SessionRefused extends Error {
  readonly reply: Message<unknown>;

  constructor(reply: Message<unknown>) {
    super(`refused: ${JSON.stringify(reply)}`);
    this.reply = reply;
  }
}

export interface Session<Data = Transcription> extends Connection<Data> {
  readonly id: string;
  start(): void;
  stop(): void;
}

export interface ConnectOptions {
  readonly query?: Query;
  /** ID of the session to resume. */
  readonly session?: string;
  /** Additional headers for the first message. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Opens a session, and waits for its confirmation, as connect() of the SDK does.
 * @throws {ConnectionEnded | SessionRefused} if the session is not confirmed
 */
export async function connect<Data = Transcription>(
  caller: Caller,
  path: string,
  { query, session, headers }: ConnectOptions = {},
): Promise<Session<Data>> {
  const whole = `${path}${buildQuery(query)}`;
  const connection = await dial<Data>(caller.server, whole);
  const authorization = authorizationOf(caller);
  connection.send({
    headers: { ...(authorization === undefined ? {} : { authorization }), path: whole, ...headers },
    ...(session === undefined ? {} : { session }),
  });
  const reply = await connection.next();
  if (typeof reply.session !== 'string') throw new SessionRefused(reply);
  const id = reply.session;
  return {
    ...connection,
    id,
    start: () => connection.send({ start: true, session: id }),
    stop: () => connection.send({ stop: true, session: id }),
  };
}

export const URL_PATH = '/async/transcribe/url';
export const LIVE_PATH = '/async/live/transcribe';

export function connectUrl(caller: Caller, url: string, options: Query = {}, session?: string) {
  const query = urlQuery(url, options);
  return connect(caller, URL_PATH, session === undefined ? { query } : { query, session });
}

export function connectLive(
  caller: Caller,
  query: Query = {},
  headers: Readonly<Record<string, string>> = {},
) {
  return connect(caller, LIVE_PATH, { query, headers });
}

export const isDone = ({ status }: Message<unknown>) => status === 'done';
export const isEnd = ({ status }: Message<unknown>) => status === 'done' || status === 'error';

/** Transcribes a URL over WebSocket until the session ends. Returns all messages after the confirmation. */
export async function transcribe(caller: Caller, url: string, options: Query = {}) {
  const session = await connectUrl(caller, url, options);
  session.start();
  return session.until(isEnd);
}

/**
 * Returns the data of the last message.
 * @throws Error if the last message has no data
 */
export function lastData<Data>(messages: readonly Message<Data>[]): Data {
  const data = messages.at(-1)?.data;
  if (!data) throw new Error(`no data in ${JSON.stringify(messages.at(-1))}`);
  return data;
}
