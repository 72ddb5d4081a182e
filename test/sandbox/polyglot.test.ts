import { describe, expect, test } from 'vitest';
import {
  type CallOptions,
  call,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  silence,
  type TestSandbox,
} from './support';

const PASSWORD = 'polyglot-canary-9d2';
const SESSION = { name: 'My talk', link: 'my-talk' };
const ONE_SHOT = 'access=readonly&lifetime_s=60';

const ask = (server: TestSandbox, line: string, body?: object, authorization = KEY) => {
  const [method = '', path = ''] = line.split(' ');
  const options: CallOptions = { method, authorization };
  return call(server.url, path, body ? { ...options, body: JSON.stringify(body) } : options);
};

async function created(server: TestSandbox, more: object = {}): Promise<string> {
  const { json } = await ask(server, 'POST /polyglot', { ...SESSION, ...more });
  return json.data.id;
}

/** Connects as a page that shows a polyglot session to an audience. Returns the connection and its first message. */
async function present(server: TestSandbox, link: string, password = '', authorization = KEY) {
  const path = `/async/polyglot/${link}`;
  const socket = await openSocket(server, path);
  socket.send({ headers: { authorization, path, password } });
  return { socket, first: await socket.next() };
}

/** Opens a live transcription of a polyglot session. */
const speak = (server: TestSandbox, id: string) =>
  openSession(server, `/async/live/transcribe?polyglot_id=${id}`);

describe('polyglot sessions', () => {
  test('can be created, read, changed, listed and deleted', async () => {
    const server = await sandbox();
    const made = await ask(server, 'POST /polyglot', {
      ...{ ...SESSION, language: 'en', max_duration_s: 300, timeout_period_s: 60 },
      livestream_url: 'https://example.com/stream.m3u8',
    });
    const { id } = made.json.data;
    expect(made.json).toEqual({ status: 'done', data: { id, link: 'my-talk' } });
    const data = {
      ...{ id, ...SESSION, fullUrl: 'https://polyglot.example.invalid/my-talk' },
      ...{ is_public: true, requests: 0, language: 'en', max_duration_s: 300 },
      ...{ timeout_period_s: 60, livestream_url: 'https://example.com/stream.m3u8' },
    };
    expect((await ask(server, `GET /polyglot/${id}`)).json).toEqual({ status: 'done', data });
    const put = await ask(server, `PUT /polyglot/${id}`, { name: 'Another', language: null });
    expect(put.json).toEqual({ status: 'done', data: { id, link: 'my-talk' } });
    const other = await created(server, { link: 'other' });
    const listed = await ask(server, 'GET /polyglot');
    expect(listed.json.data).toEqual([
      expect.objectContaining({ id: other, language: null, max_duration_s: null }),
      { ...data, name: 'Another', language: null },
    ]);
    const gone = await ask(server, `DELETE /polyglot/${id}`);
    expect([gone.status, gone.json]).toEqual([
      200,
      { status: 'done', data: { id, link: 'my-talk' } },
    ]);
    for (const method of ['GET', 'DELETE']) {
      const missing = await ask(server, `${method} /polyglot/${id}`);
      expect([missing.status, missing.json.error]).toEqual([
        404,
        'there is no such polyglot session',
      ]);
    }
    expect((await ask(server, `PUT /polyglot/${id}`, SESSION)).status).toBe(404);
  });

  test('can be read with a readonly token, and changed only with a readwrite token', async () => {
    const server = await sandbox();
    const id = await created(server);
    const readonly = () => mintBearer(server, ONE_SHOT);
    for (const line of [`GET /polyglot/${id}`, 'GET /polyglot']) {
      expect((await ask(server, line, undefined, await readonly())).status).toBe(200);
    }
    const changes = ['POST /polyglot', `PUT /polyglot/${id}`, `DELETE /polyglot/${id}`];
    for (const line of changes) {
      const body = line.startsWith('DELETE') ? undefined : { ...SESSION, link: 'a' };
      const refused = await ask(server, line, body, await readonly());
      expect([line, refused.status, refused.json.error]).toEqual([
        ...[line, 403, 'auth token is readonly'],
      ]);
      expect((await ask(server, line, body, 'Bearer unknown')).status).toBe(401);
    }
    expect((await ask(server, 'GET /polyglot')).json.data).toHaveLength(1);
    for (const line of [`PUT /polyglot/${id}`, 'POST /polyglot', `DELETE /polyglot/${id}`]) {
      const body = line.startsWith('DELETE') ? undefined : { ...SESSION, link: line.slice(0, 3) };
      expect((await ask(server, line, body, await mintBearer(server))).status).toBe(200);
    }
  });

  test.each<[string, object]>([
    ['name', { link: 'a' }],
    ['name', { ...SESSION, name: ' ' }],
    ['name', { ...SESSION, name: 'x'.repeat(201) }],
    ['link', { name: 'a' }],
    ['link', { ...SESSION, link: 'a/b' }],
    ['link', { ...SESSION, link: 7 }],
    ['password', { ...SESSION, password: 7 }],
    ['password', { ...SESSION, password: 'x'.repeat(1025) }],
    ['a language must be', { ...SESSION, language: 'german please' }],
    ['max_duration_s', { ...SESSION, max_duration_s: -1 }],
    ['timeout_period_s', { ...SESSION, timeout_period_s: '60' }],
    ['livestream_url', { ...SESSION, livestream_url: 'file:///etc/passwd' }],
    ['the body', []],
  ])('get 400 for a wrong %s', async (named, body) => {
    const server = await sandbox();
    const { status, json } = await ask(server, 'POST /polyglot', body);
    expect([status, json.error]).toEqual([400, expect.stringContaining(named)]);
    expect((await ask(server, 'GET /polyglot')).json.data).toEqual([]);
  });

  test('have unique links, even if two are created at the same time', async () => {
    const server = await sandbox();
    const body = { ...SESSION, password: PASSWORD };
    const replies = await Promise.all([
      ask(server, 'POST /polyglot', body),
      ask(server, 'POST /polyglot', body),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const other = await created(server, { link: 'other' });
    expect((await ask(server, `PUT /polyglot/${other}`, SESSION)).status).toBe(409);
    expect((await ask(server, `PUT /polyglot/${other}`, { link: 'other' })).status).toBe(200);
  });

  test('are deleted by a reset', async () => {
    const server = await sandbox();
    await created(server);
    server.reset();
    expect((await ask(server, 'GET /polyglot')).json.data).toEqual([]);
  });
});

describe('a presented session', () => {
  test('shows the live transcriptions with its ID, one after the other', async () => {
    const server = await sandbox();
    const id = await created(server);
    const { socket, first } = await present(
      server,
      'my-talk',
      '',
      await mintBearer(server, ONE_SHOT),
    );
    const session = {
      ...{ id, ...SESSION, fullUrl: 'https://polyglot.example.invalid/my-talk' },
      ...{ is_public: true, requests: 1 },
    };
    expect(first).toEqual({
      ...{ session: id, status: 'waiting', data: { session, activeTranscription: null } },
    });
    const live = await speak(server, id);
    live.start();
    const begun = await socket.next();
    expect(begun).toEqual({
      status: 'processing',
      data: {
        session,
        activeTranscription: {
          ...{ id: live.session, polyglot_id: id, start: '2026-11-24T10:00:00.000Z', end: null },
          ...{ status: expect.any(String), operation: 'transcription-live' },
          ...{ flags: { started: true }, timeline: [] },
        },
      },
    });
    await live.socket.until('processing');
    live.socket.send(silence(6));
    live.socket.send({ stop: true, session: live.session });
    let done = await socket.next();
    while (done.data.activeTranscription.status !== 'done') done = await socket.next();
    // The transcription has the status `done`, but the message still has the status `processing`. Reason: after a message with
    // `done`, the SDK would close the connection, although another transcription can follow.
    expect(done.status).toBe('processing');
    expect(done.data.activeTranscription).toMatchObject({
      ...{ id: live.session, status: 'done', end: expect.any(String) },
      ...{ timeline: [{ text: expect.any(String) }, { end: 6 }], keywords: expect.any(String) },
    });

    const next = await speak(server, id);
    next.start();
    const after = await socket.next();
    expect(after.data.activeTranscription).toMatchObject({ id: next.session, polyglot_id: id });
    const other = await created(server, { link: 'other' });
    const elsewhere = await speak(server, other);
    elsewhere.start();
    await elsewhere.socket.next();
    const late = await present(server, 'my-talk');
    expect(late.first.data.activeTranscription).toMatchObject({ id: next.session });
    expect(late.first.data.session.requests).toBe(2);
    expect((await late.socket.next()).data).toEqual(late.first.data);
  });

  test('S19 requires its password, which is stored as a hash and shown nowhere', async () => {
    const server = await sandbox();
    const id = await created(server, { password: PASSWORD });
    for (const password of ['', 'wrong', `${PASSWORD}x`]) {
      const { socket, first } = await present(server, 'my-talk', password);
      expect(first).toEqual({
        ...{ status: 'error', data: null, http_code: 403 },
        error: 'the password of the polyglot session is wrong',
      });
      expect(await socket.closed).toBe(1008);
    }
    const { first } = await present(server, 'my-talk', PASSWORD);
    expect(first.data.session).toMatchObject({ is_public: false, requests: 1 });
    const replies = [
      await ask(server, `GET /polyglot/${id}`),
      await ask(server, 'GET /polyglot'),
      await ask(server, `PUT /polyglot/${id}`, { password: `${PASSWORD}2` }),
      await ask(server, `DELETE /polyglot/${id}`),
    ];
    const shown = JSON.stringify([
      ...[replies.map(({ json }) => json), server.lines, server.entries, server.requests(), first],
    ]);
    expect(shown).toContain('wrong_password');
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain('"password"');
  });

  test('has another password, or none, after a change', async () => {
    const server = await sandbox();
    const id = await created(server, { password: PASSWORD });
    await ask(server, `PUT /polyglot/${id}`, { name: 'Renamed' });
    expect((await present(server, 'my-talk', '')).first.http_code).toBe(403);
    await ask(server, `PUT /polyglot/${id}`, { password: 'other' });
    expect((await present(server, 'my-talk', PASSWORD)).first.http_code).toBe(403);
    expect((await present(server, 'my-talk', 'other')).first.status).toBe('waiting');
    await ask(server, `PUT /polyglot/${id}`, { password: '' });
    expect((await present(server, 'my-talk')).first.data.session.is_public).toBe(true);
  });

  test('is refused without credentials, and if the link does not exist', async () => {
    const server = await sandbox();
    await created(server);
    expect((await present(server, 'nowhere')).first).toMatchObject({
      ...{ status: 'error', data: null, http_code: 404 },
    });
    expect((await present(server, 'my-talk', '', 'Bearer unknown')).first.http_code).toBe(401);
    const path = '/async/polyglot/my-talk';
    const silent = await openSocket(server, path);
    silent.send(hello(undefined, path));
    expect((await silent.next()).http_code).toBe(401);
    expect(server.requests().at(-1)).toMatchObject({ path: '/async/polyglot/:id', status: 401 });
  });

  test('tells its viewers that it was deleted, and closes their connections', async () => {
    const server = await sandbox();
    const id = await created(server);
    const { socket } = await present(server, 'my-talk');
    await ask(server, `DELETE /polyglot/${id}`);
    expect(await socket.next()).toMatchObject({ status: 'error', http_code: 404 });
    expect(await socket.closed).toBe(1008);
  });
});
