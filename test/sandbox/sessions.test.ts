import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { SANDBOX_CLIP } from '../../src/core/sample-clips';
import {
  call,
  eventually,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  page,
  sandbox,
  type TestSandbox,
  urlTarget,
  webServer,
} from './support';

const clipTarget = (server: TestSandbox, options = '') =>
  urlTarget(`${server.url}${SANDBOX_CLIP.path}`, options);

const EXTRAS = {
  summary:
    'A speaker says that a token is brief, that this clip is too, and that both are nearly over.',
  keywords: 'token, clip, brief',
  paragraphs: [SANDBOX_CLIP.text],
};

describe('opening a session', () => {
  test('confirms with an ID, and transcribes nothing until the session is started', async () => {
    const server = await sandbox();
    const target = clipTarget(server);
    const socket = await openSocket(server, target);
    socket.send(hello(await mintBearer(server), target));
    const confirmation = await socket.next();
    expect(confirmation).toEqual({ session: expect.any(String) });
    const list = await call(server.url, '/transcriptions', { authorization: KEY });
    expect(list.json.data).toEqual([]);
    const one = await call(server.url, `/transcriptions/${confirmation.session}`, {
      authorization: KEY,
    });
    expect(one.status).toBe(404);
    expect(server.stats()).toMatchObject({ sessions: 1, starts: 0 });
  });

  test('is undone when the last socket closes, if the session was never started', async () => {
    const server = await sandbox();
    const first = await openSession(server, clipTarget(server));
    first.socket.close();
    await first.socket.closed;
    await eventually(async () => {
      const again = await openSession(server, clipTarget(server));
      return again.session !== first.session;
    });
    const target = clipTarget(server);
    const socket = await openSocket(server, target);
    socket.send(hello(KEY, target, first.session));
    expect(await socket.next()).toMatchObject({ http_code: 404 });
  });

  test('also accepts the API key, without a scheme', async () => {
    const server = await sandbox();
    expect((await openSession(server, clipTarget(server), KEY)).session).toEqual(
      expect.any(String),
    );
  });

  test('reads the request from the first message if the upgrade has no query', async () => {
    const server = await sandbox();
    const socket = await openSocket(server, '/async/transcribe/url');
    socket.send(hello(KEY, clipTarget(server)));
    const { session } = await socket.next();
    socket.send({ start: true, session });
    const messages = await socket.until('done');
    expect(messages.at(-1).data.timeline).toHaveLength(3);
  });

  test.each([
    ['not JSON', 'nonsense', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['deeply nested', '['.repeat(200_000), 400],
    ['without headers', '{}', 401],
    ['with headers of another kind', '{"headers":"x"}', 401],
    ['with credentials of another kind', '{"headers":{"authorization":["x"]}}', 401],
    ['with inherited credentials', `{"headers":{"__proto__":{"authorization":"${KEY}"}}}`, 401],
    ['with a wrong key', '{"headers":{"authorization":"wrong"}}', 401],
    ['binary', Buffer.from('{}'), 400],
  ])('fails if the first message is %s', async (_, message, status) => {
    const server = await sandbox();
    const socket = await openSocket(server, clipTarget(server));
    socket.send(message);
    expect(await socket.next()).toEqual({
      status: 'error',
      data: null,
      http_code: status,
      error: expect.any(String),
    });
    expect(await socket.closed).toBe(1008);
    expect(server.stats().sessions).toBe(0);
  });

  test.each([
    ['no url', '/async/transcribe/url?language=auto'],
    ['an invalid url', '/async/transcribe/url?url=nonsense'],
    ['another scheme', urlTarget('file:///etc/passwd')],
    ['broken encoding', '/async/transcribe/url?url=%25E0%25A4%25A'],
    ['a duration that is not a number', urlTarget('http://localhost/a.wav', '&duration_s=long')],
    ['a negative limit', urlTarget('http://localhost/a.wav', '&max_duration_s=-1')],
    ['an invalid language', '/async/live/transcribe?language=!'],
    ['too many languages', `/async/live/transcribe?translations=${Array(11).fill('de')}`],
  ])('fails with 400 for %s', async (_, target) => {
    const server = await sandbox();
    const socket = await openSocket(server, target);
    socket.send(hello(KEY, target));
    expect(await socket.next()).toMatchObject({ status: 'error', data: null, http_code: 400 });
    expect(await socket.closed).toBe(1008);
  });

  test('waits at most ten seconds for the first message', async () => {
    const server = await sandbox();
    const socket = await openSocket(server, clipTarget(server));
    await eventually(() => server.clock.waiting().length > 0);
    await server.clock.advance(9_999);
    expect(server.clock.waiting()).toEqual([1]);
    await server.clock.advance(1);
    expect(await socket.closed).toBe(1008);
  });

  test('leaves no timer if the client disconnects without a message', async () => {
    const server = await sandbox();
    const socket = await openSocket(server, clipTarget(server));
    await eventually(() => server.clock.waiting().length === 1);
    socket.close();
    await eventually(() => server.clock.waiting().length === 0);
  });

  test('fails above the limit of sessions, until another session ends', async () => {
    const server = await sandbox({ limits: { sessions: 2 } });
    const first = await openSession(server, clipTarget(server, '&duration_s=1'));
    await openSession(server, clipTarget(server, '&duration_s=2'));
    const target = clipTarget(server, '&duration_s=3');
    const socket = await openSocket(server, target);
    socket.send(hello(KEY, target));
    expect(await socket.next()).toMatchObject({ http_code: 503 });
    first.socket.close();
    await eventually(async () => {
      const again = await openSocket(server, target);
      again.send(hello(KEY, target));
      return 'session' in (await again.next());
    });
  });
});

describe('the work of a session', () => {
  test('sends a growing timeline, then the result', async () => {
    const server = await sandbox();
    const { socket, session, start } = await openSession(server, clipTarget(server));
    start();
    const messages = await socket.until('done');
    expect(messages.map((message) => [message.status, message.data.progress])).toEqual([
      ['waiting', 0],
      ['processing', 0],
      ['processing', 0.25],
      ['processing', 0.5],
      ['processing', 0.75],
      ['done', 1],
    ]);
    expect(messages.map((message) => message.data.timeline.length)).toEqual([0, 0, 1, 2, 3, 3]);
    expect(messages[2].data).not.toHaveProperty('keywords');
    expect(messages[2].data.timeline[0]).toEqual({
      start: 0.05,
      end: 1,
      text: 'A token is brief,',
      latest: true,
    });
    expect(messages.at(-1)).toEqual({
      status: 'done',
      data: {
        id: session,
        status: 'done',
        operation: 'transcription-prerecorded',
        start: '2026-11-24T10:00:00.000Z',
        end: '2026-11-24T10:00:00.000Z',
        flags: { started: true },
        progress: 1,
        timeline: [
          { start: 0.05, end: 1, text: 'A token is brief,' },
          { start: 1.14, end: 2.08, text: 'so is this clip,' },
          { start: 2.22, end: 3.44, text: 'and both are nearly over.' },
        ],
        ...EXTRAS,
      },
    });
  });

  test('can be read by its ID and in the list', async () => {
    const server = await sandbox();
    const { socket, session, start } = await openSession(server, clipTarget(server));
    start();
    await socket.until('done');
    const one = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(one.json).toMatchObject({
      status: 'done',
      data: {
        id: session,
        operation: 'transcription-prerecorded',
        status: 'done',
        duration: expect.closeTo(SANDBOX_CLIP.durationS, 2),
        polyglot_id: null,
        url: `${server.url}${SANDBOX_CLIP.path}`,
        ...EXTRAS,
      },
    });
    expect(one.json.data.timeline).toHaveLength(3);
    const list = await call(server.url, '/transcriptions', { authorization: KEY });
    expect(list.json.data).toEqual([
      expect.objectContaining({ id: session, status: 'done', keywords: EXTRAS.keywords }),
    ]);
    expect(list.json.data[0]).not.toHaveProperty('timeline');
  });

  test('is started only once, even after several start messages', async () => {
    const server = await sandbox();
    const { socket, start } = await openSession(server, clipTarget(server));
    start();
    start();
    const messages = await socket.until('done');
    start();
    expect(messages.filter((message) => message.status === 'waiting')).toHaveLength(1);
    expect(server.stats()).toMatchObject({ sessions: 1, starts: 1 });
  });

  test('is not started by a message with the ID of another session', async () => {
    const server = await sandbox();
    const { socket, start } = await openSession(server, clipTarget(server));
    for (const message of [{ start: true, session: 'other' }, { start: true }]) {
      socket.send(message);
      expect(await socket.next()).toMatchObject({ status: 'error', data: null, http_code: 404 });
    }
    expect(server.stats().starts).toBe(0);
    start();
    await socket.until('done');
  });

  test('ends with 400 after a message that is not JSON, and the connection is closed', async () => {
    const server = await sandbox();
    const { socket } = await openSession(server, clipTarget(server));
    socket.send('{');
    expect(await socket.next()).toMatchObject({ http_code: 400 });
    expect(await socket.closed).toBe(1008);
  });

  test('is followed by the end of the connection if the client does not close it in time', async () => {
    const server = await sandbox();
    const { socket, start } = await openSession(server, clipTarget(server));
    start();
    await socket.until('done');
    await eventually(() => server.clock.waiting().includes(5_000));
    await server.clock.advance(5_000);
    expect(await socket.closed).toBe(1000);
  });

  test('continues after its token has expired', async () => {
    const server = await sandbox({ paceMs: 30_000 });
    const token = await mintBearer(server, 'access=readwrite&lifetime_s=1');
    const { socket, start } = await openSession(server, clipTarget(server), token);
    await server.clock.advance(5_000);
    start();
    const finished = socket.until('done');
    for (let step = 0; step < 4; step += 1) {
      await eventually(() => server.clock.waiting().includes(30_000));
      await server.clock.advance(30_000);
    }
    expect((await finished).at(-1).data.timeline).toHaveLength(3);
    const late = await call(server.url, '/transcriptions', { authorization: token });
    expect(late.status).toBe(401);
  });

  test('continues to its end if its socket closes', async () => {
    const server = await sandbox({ paceMs: 1000 });
    const { socket, session, start } = await openSession(server, clipTarget(server));
    start();
    await socket.until('processing');
    socket.close();
    await socket.closed;
    const status = async () => {
      await server.clock.advance(1000);
      const reply = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
      return reply.json.data.status;
    };
    await eventually(async () => (await status()) === 'done');
  });

  test('keeps the newest results, up to the maximum number', async () => {
    const server = await sandbox({ limits: { transcriptions: 2 } });
    const ids: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { socket, session, start } = await openSession(server, clipTarget(server));
      start();
      await socket.until('done');
      socket.close();
      ids.push(session);
    }
    const list = await call(server.url, '/transcriptions', { authorization: KEY });
    expect(list.json.data.map((item: { id: string }) => item.id)).toEqual(ids.slice(-2).reverse());
  });

  test('keeps the newest results up to a maximum amount of text, from the moment they finish', async () => {
    const server = await sandbox({ limits: { allTextLength: 2 * SANDBOX_CLIP.text.length } });
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { socket, session, start } = await openSession(server, clipTarget(server));
      start();
      await socket.until('done');
      ids.push(session);
    }
    const list = await call(server.url, '/transcriptions', { authorization: KEY });
    expect(list.json.data.map((item: { id: string }) => item.id)).toEqual(ids.slice(-2).reverse());
  });

  test('runs only a few sessions at once, and the others wait', async () => {
    const held: (() => void)[] = [];
    const web = await webServer({
      '/slow.wav': (_, response) => {
        held.push(() => response.writeHead(404).end());
      },
    });
    const server = await sandbox({ limits: { parallelWork: 2 } });
    const path = `/async/transcribe/url?url=${encodeURIComponent(`${web.url}/slow.wav`)}`;
    for (let job = 0; job < 3; job += 1) {
      await call(server.url, path, { method: 'POST', authorization: KEY });
    }
    await eventually(() => held.length === 2);
    const statuses = async () => {
      const list = await call(server.url, '/transcriptions', { authorization: KEY });
      return list.json.data.map((item: { status: string }) => item.status);
    };
    expect(await statuses()).toEqual(['waiting', 'waiting', 'waiting']);
    expect(held).toHaveLength(2);
    held[0]?.();
    await eventually(() => held.length === 3);
    held[1]?.();
    held[2]?.();
    await eventually(async () => (await statuses()).every((status: string) => status === 'error'));
  });
});

describe('a second connection', () => {
  test('with the same request joins the same session, and gets its messages', async () => {
    const server = await sandbox();
    const first = await openSession(server, clipTarget(server));
    const second = await openSession(server, clipTarget(server), await mintBearer(server));
    expect(second.session).toBe(first.session);
    first.start();
    const [one, other] = await Promise.all([
      first.socket.until('done'),
      second.socket.until('done'),
    ]);
    expect(other).toEqual(one);
    expect(server.stats()).toMatchObject({ sessions: 1, starts: 1 });
  });

  test('that joins late gets the latest state first, and starts nothing again', async () => {
    const server = await sandbox({ paceMs: 1000 });
    const first = await openSession(server, clipTarget(server));
    first.start();
    await first.socket.until('processing');
    await eventually(() => server.clock.waiting().includes(1000));
    await server.clock.advance(1000);
    const second = await openSession(server, clipTarget(server));
    expect((await second.socket.next()).data).toMatchObject({ progress: 0.25 });
    second.start();
    await eventually(() => server.clock.waiting().includes(1000));
    await server.clock.advance(1000);
    expect((await second.socket.next()).data).toMatchObject({ progress: 0.5 });
    expect(server.stats().starts).toBe(1);
  });

  test.each([
    ['another language', '&language=de'],
    ['another limit', '&max_duration_s=5'],
  ])('with %s gets a session of its own', async (_, options) => {
    const server = await sandbox();
    const clip = encodeURIComponent(encodeURIComponent(`${server.url}${SANDBOX_CLIP.path}`));
    const first = await openSession(server, `/async/transcribe/url?url=${clip}`);
    const second = await openSession(server, `/async/transcribe/url?url=${clip}${options}`);
    expect(second.session).not.toBe(first.session);
  });

  test('after the end gets a new session', async () => {
    const server = await sandbox();
    const first = await openSession(server, clipTarget(server));
    first.start();
    await first.socket.until('done');
    expect((await openSession(server, clipTarget(server))).session).not.toBe(first.session);
  });

  test('can resume a session by its ID, finished or not', async () => {
    const server = await sandbox();
    const first = await openSession(server, clipTarget(server));
    first.start();
    const messages = await first.socket.until('done');
    first.socket.close();
    const target = clipTarget(server, '&max_duration_s=1');
    const again = await openSocket(server, target);
    again.send(hello(await mintBearer(server), target, first.session));
    expect(await again.next()).toEqual({ session: first.session });
    expect(await again.next()).toEqual(messages.at(-1));
  });

  test('is refused with an unknown ID, or the ID of another kind of session', async () => {
    const server = await sandbox();
    const live = await openSession(server, '/async/live/transcribe?language=en');
    for (const id of ['unknown', live.session]) {
      const target = clipTarget(server);
      const socket = await openSocket(server, target);
      socket.send(hello(KEY, target, id));
      expect(await socket.next()).toMatchObject({ http_code: 404 });
      expect(await socket.closed).toBe(1008);
    }
  });
});

describe('transcriptions over REST', () => {
  test('run in the background for a URL', async () => {
    const server = await sandbox();
    const path = `/async/transcribe/url?url=${encodeURIComponent(`${server.url}${SANDBOX_CLIP.path}`)}`;
    const reply = await call(server.url, path, {
      method: 'POST',
      authorization: await mintBearer(server),
    });
    expect(reply.json).toEqual({
      status: 'processing',
      data: { id: expect.any(String), status: 'processing' },
    });
    const read = () =>
      call(server.url, `/transcriptions/${reply.json.data.id}`, { authorization: KEY });
    await eventually(async () => (await read()).json.data.status === 'done');
    expect((await read()).json.data.timeline).toHaveLength(3);
    expect(server.stats()).toMatchObject({ sessions: 1, starts: 1 });
  });

  test.each([
    '',
    'url=',
    'url=nonsense',
    'url=ftp%3A%2F%2Flocalhost%2Fa.wav',
    'url=http%3A%2F%2Fa%2F&duration_s=x',
  ])('get 400 for %j, and nothing starts', async (query) => {
    const server = await sandbox();
    const reply = await call(server.url, `/async/transcribe/url?${query}`, {
      method: 'POST',
      authorization: KEY,
    });
    expect(reply.status).toBe(400);
    expect(server.stats()).toMatchObject({ sessions: 0, starts: 0 });
  });

  test('can be translated into placeholder texts, and stay unchanged', async () => {
    const server = await sandbox();
    const { socket, session, start } = await openSession(server, clipTarget(server));
    start();
    await socket.until('done');
    const translate = (query: string) =>
      call(server.url, `/transcription/${session}/translate?${query}`, {
        method: 'POST',
        authorization: KEY,
      });
    expect((await translate('languages=de&languages=fr')).status).toBe(200);
    const read = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(read.json.data.timeline[1].translations).toEqual({
      de: '[de] so is this clip,',
      fr: '[fr] so is this clip,',
    });
    expect((await translate('')).status).toBe(400);
    expect((await translate('languages=%5B')).status).toBe(400);
    expect((await translate('languages=aa,bb,cc,dd,ee,ff,gg,hh,ii')).status).toBe(400);
  });

  test('cannot be stopped like a live stream', async () => {
    const server = await sandbox();
    const { socket, session, start } = await openSession(server, clipTarget(server));
    start();
    await socket.until('done');
    const stop = await call(server.url, `/live/transcribe/${session}/stop`, {
      method: 'PATCH',
      authorization: KEY,
    });
    expect(stop.status).toBe(400);
  });
});

describe('an audio URL with a query of its own', () => {
  const PATH = '/a%20b.wav?x=%2B+1&y=2';

  test.each([
    ['once', (url: string) => encodeURIComponent(url)],
    ['twice', (url: string) => encodeURIComponent(encodeURIComponent(url))],
    [
      'twice, by a client that writes small hexadecimal digits',
      (url: string) => encodeURIComponent(encodeURIComponent(url).replace('%3A', '%3a')),
    ],
    [
      'twice, with a scheme in capitals',
      (url: string) => encodeURIComponent(encodeURIComponent(url.replace('http', 'HTTP'))),
    ],
  ])('is fetched unchanged if it is encoded %s, over WebSocket and REST', async (_, encode) => {
    const web = await webServer({ [PATH]: page('not audio', 'text/html') });
    const server = await sandbox();
    const target = `/async/transcribe/url?url=${encode(`${web.url}${PATH}`)}`;
    const { socket, start } = await openSession(server, target);
    start();
    await socket.until('error');
    const reply = await call(server.url, target, { method: 'POST', authorization: KEY });
    expect(reply.status).toBe(200);
    await eventually(() => web.seen.length === 2);
    expect(web.seen.map((request) => request.path)).toEqual([PATH, PATH]);
  });

  test('gets 400 if its second encoding is broken', async () => {
    const server = await sandbox();
    const target = '/async/transcribe/url?url=http%253A%252F%252Fa%252F%25E0%25';
    const reply = await call(server.url, target, { method: 'POST', authorization: KEY });
    expect([reply.status, reply.json.error]).toEqual([400, 'url has invalid percent-encoding']);
  });
});

describe('a client that starts to listen after the confirmation, as the clients of the SDK do', () => {
  /**
   * Returns the status of the first message after the confirmation. Listens for this message only after the confirmation has
   * arrived.
   */
  async function heard(server: TestSandbox, path: string, session?: string): Promise<unknown> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`);
    onTestFinished(() => socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify(hello(KEY, path, session)));
    await new Promise((resolve) => socket.once('message', resolve));
    const next = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    // The answer to the ping below arrives after all messages that the server has already sent. If no message arrives before this
    // answer, the server has sent none.
    const nothing = new Promise((resolve) => socket.once('pong', () => resolve('{}')));
    for (let turn = 0; turn < 10; turn += 1) await new Promise((go) => setImmediate(go));
    socket.ping();
    return JSON.parse(String(await Promise.race([next, nothing]))).status;
  }

  test('receives the end of a translation, and of a session that it resumes', async () => {
    const server = await sandbox();
    const target = urlTarget(`${server.url}/sandbox/clip.wav`);
    const { socket, session, start } = await openSession(server, target);
    start();
    await socket.until('done');
    const translation = `/async/transcription/${session}/translate?languages=de`;
    expect(await heard(server, translation)).toBe('done');
    expect(await heard(server, target, session)).toBe('done');
  });
});
