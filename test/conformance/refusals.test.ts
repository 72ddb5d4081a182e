import { describe, expect, it } from 'vitest';
import { buildQuery, type Caller, call, urlQuery } from './client';
import { type Connection, dial, type Message } from './connection';
import { useClockedService, useService } from './service';
import {
  connectLive,
  connectUrl,
  LIVE_PATH,
  SessionRefused,
  transcribe,
  URL_PATH,
} from './session';

const get = useService();

/** The message of a refusal, and the close code that follows it. */
interface Refusal {
  readonly reply: Message<unknown>;
  readonly code: number;
}

async function refusalOf(path: string, first: (connection: Connection) => void): Promise<Refusal> {
  const connection = await dial(get().sandbox.url, path);
  first(connection);
  return { reply: await connection.next(), code: await connection.closed };
}

const urlPath = () => `${URL_PATH}${buildQuery(urlQuery(get().audio.url('hum.wav')))}`;
const withHeaders = (headers: unknown) => (connection: Connection) =>
  connection.send({ headers, path: '/' });

describe.each([
  ['a URL session', urlPath],
  ['a live session', () => LIVE_PATH],
  ['a translation', () => '/async/transcription/any/translate?languages=de'],
  ['a presented session', () => '/async/polyglot/any'],
])('%s', (_name, pathOf) => {
  it.each([
    ['a token that was never minted', { authorization: 'Bearer made-up' }],
    ['another API key', { authorization: 'another-key' }],
    ['an empty credential', { authorization: '' }],
    ['no credential', {}],
  ])('is refused by a message with 401 for %s', async (_reason, headers) => {
    const path = pathOf();
    const { reply } = await refusalOf(path, withHeaders({ ...headers, path }));
    expect(reply).toMatchObject({ status: 'error', data: null, http_code: 401 });
  });

  it('is closed after the refusal', async () => {
    const { code } = await refusalOf(pathOf(), withHeaders({ authorization: 'Bearer made-up' }));
    expect(code).toBeTypeOf('number');
  });

  it('has no session ID in the refusal', async () => {
    const { reply } = await refusalOf(pathOf(), withHeaders({ authorization: 'Bearer made-up' }));
    expect(reply).not.toHaveProperty('session');
  });

  it('does not repeat the refused credential', async () => {
    const path = pathOf();
    const { reply } = await refusalOf(path, withHeaders({ authorization: 'Bearer canary-4711' }));
    expect(JSON.stringify(reply)).not.toContain('canary-4711');
  });

  it.each([
    ['not JSON', (c: Connection) => c.sendText('hello')],
    ['a list', (c: Connection) => c.send([])],
    ['null', (c: Connection) => c.send(null)],
    ['headers that are not an object', (c: Connection) => c.send({ headers: 'authorization' })],
    ['a start before any headers', (c: Connection) => c.send({ start: true, session: 'x' })],
  ])('ends after a first message that is %s', async (_reason, first) => {
    const connection = await dial(get().sandbox.url, pathOf());
    first(connection);
    const reply = await connection.next().catch(() => ({ status: 'error' }));
    expect(reply.status).toBe('error');
    expect(await connection.closed).toBeTypeOf('number');
  });
});

describe('a connection without a confirmation for a minute', () => {
  const { clock, get: clocked } = useClockedService();

  it.each([URL_PATH, LIVE_PATH, '/async/transcription/any/translate', '/async/polyglot/any'])(
    'is closed, whether it sends nothing or audio: %s',
    async (path) => {
      const { url } = clocked().sandbox;
      const silent = await dial(url, path);
      const early = await dial(url, path);
      early.sendBuffer(Buffer.alloc(100));
      for (let second = 0; second < 60; second += 1) {
        await Promise.all([silent.settle(), early.settle()]);
        await clock.advance(1000);
      }
      expect(await silent.closed).toBeTypeOf('number');
      expect(await early.closed).toBeTypeOf('number');
    },
  );
});

describe('a refusal by a message on the WebSocket', () => {
  const replyOf = async (work: Promise<unknown>) => {
    const error = await work.catch((reason: unknown) => reason);
    if (error instanceof SessionRefused) return error.reply;
    throw new Error(`not refused inside: ${String(error)}`);
  };
  const readonly = (): Promise<Caller> => get().visitor({ access: 'readonly' });

  it('has 403 for a readonly token in a URL session', async () => {
    const reply = await replyOf(connectUrl(await readonly(), get().audio.url('hum.wav')));
    expect(reply).toMatchObject({ status: 'error', data: null, http_code: 403 });
  });

  it('has 403 for a readonly token in a live session', async () => {
    const reply = await replyOf(connectLive(await readonly()));
    expect(reply).toMatchObject({ status: 'error', data: null, http_code: 403 });
  });

  it('has a code from 400 to 499 for a URL session without a URL', async () => {
    const { reply } = await refusalOf(`${URL_PATH}?language=auto`, (connection) =>
      connection.send({ headers: { authorization: get().sandbox.apiKey } }),
    );
    expect(reply.status).toBe('error');
    expect(reply.http_code).toBeGreaterThanOrEqual(400);
    expect(reply.http_code).toBeLessThan(500);
  });

  it.each(['missing.wav', 'page.html'])(
    'has a code if the URL does not lead to audio: %s',
    async (name) => {
      const last = (await transcribe(get().owner, get().audio.url(name))).at(-1);
      expect(last?.status).toBe('error');
      expect(last?.http_code).toBeGreaterThanOrEqual(400);
    },
  );

  it('does not affect other clients', async () => {
    await replyOf(connectLive({ server: get().sandbox.url, authToken: 'made-up' }));
    expect((await call(get().owner, 'GET', '/transcriptions')).status).toBe('done');
    const messages = await transcribe(get().owner, get().audio.url('hum.wav'));
    expect(messages.at(-1)?.status).toBe('done');
  });
});
