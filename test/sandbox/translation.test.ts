import { describe, expect, test } from 'vitest';
import {
  call,
  eventually,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  silence,
  type TestSandbox,
  urlTarget,
} from './support';

/** Transcribes the clip to its end, and returns the ID of the transcription. */
async function transcribed(server: TestSandbox): Promise<string> {
  const { socket, session, start } = await openSession(
    server,
    urlTarget(`${server.url}/sandbox/clip.wav`),
  );
  start();
  await socket.until('done');
  return session;
}

const pathOf = (id: string, query: string) => `/async/transcription/${id}/translate${query}`;

async function translate(server: TestSandbox, path: string, authorization = KEY) {
  const socket = await openSocket(server, path);
  socket.send(hello(authorization, path));
  return socket;
}

// biome-ignore lint/suspicious/noExplicitAny: a message of any shape
const languagesOf = ({ data }: any) => Object.keys(data.timeline[0]?.translations ?? {});

describe('translations over WebSocket', () => {
  test('arrive one timeline after the other, until all languages are complete', async () => {
    const server = await sandbox();
    const id = await transcribed(server);
    const authorization = await mintBearer(server);
    const socket = await translate(
      server,
      pathOf(id, '?languages=de&languages=fr&languages=de'),
      authorization,
    );
    const messages = await socket.until('done');
    expect(messages.map((each) => [each.status, languagesOf(each)])).toEqual([
      ['processing', []],
      ['processing', ['de']],
      ['done', ['de', 'fr']],
    ]);
    expect(messages.map(({ session }) => session)).toEqual([id, undefined, undefined]);
    const { data } = messages.at(-1) ?? {};
    expect(data).toMatchObject({ id, status: 'done', operation: 'transcription-prerecorded' });
    expect(data.timeline[0]).toMatchObject({
      text: 'A token is brief,',
      translations: { de: '[de] A token is brief,', fr: '[fr] A token is brief,' },
    });
    socket.close();
    expect(await socket.closed).toBe(1005);
    const kept = await call(server.url, `/transcriptions/${id}`, { authorization: KEY });
    expect(kept.json.data.timeline).toEqual(data.timeline);
    expect(server.stats().starts).toBe(1);
  });

  test('arrive at the configured pace, and the server closes if the client does not', async () => {
    const server = await sandbox({ paceMs: 1000 });
    let id = '';
    void transcribed(server).then((session) => {
      id = session;
    });
    await eventually(async () => {
      await server.clock.advance(1000);
      return id !== '';
    });
    const socket = await translate(server, pathOf(id, '?languages=de,fr'));
    expect(languagesOf(await socket.next())).toEqual([]);
    await eventually(() => server.clock.waiting().includes(1000));
    await server.clock.advance(1000);
    expect(languagesOf(await socket.next())).toEqual(['de']);
    await eventually(() => server.clock.waiting().includes(1000));
    await server.clock.advance(1000);
    expect((await socket.next()).status).toBe('done');
    await server.clock.advance(5000);
    expect(await socket.closed).toBe(1000);
  });

  test('continue while the transcription continues, until its end', async () => {
    const server = await sandbox();
    const live = await openSession(server, '/async/live/transcribe');
    live.start();
    await live.socket.until('processing');
    const socket = await translate(server, pathOf(live.session, '?languages=de'));
    await socket.next();
    await socket.next();
    live.socket.send(silence(6));
    live.socket.send({ stop: true, session: live.session });
    const done = (await socket.until('done')).at(-1);
    expect(done.data.timeline[0].translations.de).toBe(`[de] ${done.data.timeline[0].text}`);
    expect(done.data).toMatchObject({ id: live.session, status: 'done' });
  });

  test('are sent at once if they already exist', async () => {
    const server = await sandbox();
    const id = await transcribed(server);
    const rest = await call(server.url, `/transcription/${id}/translate?languages=de`, {
      ...{ method: 'POST', authorization: KEY },
    });
    expect(rest.json.data.timeline[0].translations).toEqual({ de: '[de] A token is brief,' });
    const messages = await (await translate(server, pathOf(id, '?languages=de'))).until('done');
    expect(messages.map(languagesOf)).toEqual([['de'], ['de']]);
  });

  test('use the query of the first message if the URL has none', async () => {
    const server = await sandbox();
    const id = await transcribed(server);
    const socket = await openSocket(server, pathOf(id, ''));
    socket.send(hello(KEY, pathOf(id, '?languages=de')));
    expect(languagesOf((await socket.until('done')).at(-1))).toEqual(['de']);
  });

  test.each<[string, string, string, number]>([
    ['no languages', '', KEY, 400],
    ['no language', '?languages=german+please', KEY, 400],
    ['too many', `?languages=${'abcdefghijk'.split('').map((each) => `a${each}`)}`, KEY, 400],
    ['a wrong key', '?languages=de', 'wrong', 401],
    ['a readonly token', '?languages=de', 'readonly', 403],
    ['an unknown transcription', '?languages=de', 'other-address', 404],
  ])('are refused for %s', async (_what, query, authorization, status) => {
    const server = await sandbox();
    const id = authorization === 'other-address' ? 'nothing' : await transcribed(server);
    const readonly = () => mintBearer(server, 'access=readonly');
    const credentials =
      { 'other-address': KEY, readonly: await readonly() }[authorization] ?? authorization;
    const socket = await translate(server, pathOf(id, query), credentials);
    expect(await socket.next()).toMatchObject({ status: 'error', data: null, http_code: status });
    expect(await socket.closed).toBe(1008);
    expect(server.requests().at(-1)).toMatchObject({
      ...{ method: 'WS', path: '/async/transcription/:id/translate', status },
    });
  });

  test('are broken off or never confirmed if a fault says so', async () => {
    const server = await sandbox();
    const id = await transcribed(server);
    server.fail('session:close*1', 'session:never-confirm*1');
    const broken = await translate(server, pathOf(id, '?languages=de'));
    expect(await broken.closed).toBe(1011);
    const silent = await translate(server, pathOf(id, '?languages=de'));
    await silent.ping();
    silent.close();
    await expect(silent.next()).rejects.toThrow('closed with 1005');
    const messages = await (await translate(server, pathOf(id, '?languages=de'))).until('done');
    expect(languagesOf(messages[0])).toEqual([]);
  });
});
