import { describe, expect, test } from 'vitest';
import {
  call,
  eventually,
  hello,
  KEY,
  openSession,
  openSocket,
  page,
  sandbox,
  silence,
  type TestSandbox,
  urlTarget,
  webServer,
} from './support';

const LIVE = '/async/live/transcribe';

/** Creates a polyglot session, and returns its ID. */
async function created(server: TestSandbox, more: object = {}): Promise<string> {
  const body = JSON.stringify({ name: 'A talk', link: 'talk', ...more });
  const reply = await call(server.url, '/polyglot', { method: 'POST', authorization: KEY, body });
  return reply.json.data.id;
}

/** Opens a connection, and sends its first message. */
async function say(server: TestSandbox, path: string, message: object | Buffer = {}) {
  const socket = await openSocket(server, path);
  const { headers } = hello(KEY, path);
  socket.send(Buffer.isBuffer(message) ? message : { headers: { ...headers, ...message } });
  return socket;
}

const statusOf = async (server: TestSandbox, id: string) =>
  (await call(server.url, `/transcriptions/${id}`, { authorization: KEY })).json.data.status;

describe('a live transcription of a polyglot session', () => {
  test('is refused if the session does not exist, and continues if the session is deleted', async () => {
    const server = await sandbox();
    const refused = await say(server, `${LIVE}?polyglot_id=unknown`);
    expect(await refused.next()).toMatchObject({
      ...{ status: 'error', data: null, http_code: 404 },
      error: 'there is no such polyglot session',
    });
    expect(await refused.closed).toBe(1008);
    expect(server.lines).toContain(`WS ${LIVE} 404 there is no such polyglot session`);

    const id = await created(server);
    const path = `${LIVE}?polyglot_id=${id}`;
    const { socket, session, start } = await openSession(server, path);
    start();
    await socket.next();
    socket.close();
    await socket.closed;
    await call(server.url, `/polyglot/${id}`, { method: 'DELETE', authorization: KEY });
    const again = await openSocket(server, path);
    again.send(hello(KEY, path, session));
    expect(await again.next()).toEqual({ session });
  });

  test('ends at the limits of the session, unless it has limits of its own', async () => {
    const server = await sandbox();
    const id = await created(server, { max_duration_s: 20, timeout_period_s: 5 });
    const begin = async (query: string) => {
      const { session, socket, start } = await openSession(
        server,
        `${LIVE}?polyglot_id=${id}${query}`,
      );
      start();
      await socket.until('processing');
      return session;
    };
    const byTimeout = await begin('');
    const byDuration = await begin('&timeout_period_s=600');
    const own = await begin('&timeout_period_s=600&max_duration_s=0');
    await server.clock.advance(5000);
    await eventually(async () => (await statusOf(server, byTimeout)) === 'done');
    expect(await statusOf(server, byDuration)).toBe('processing');
    await server.clock.advance(15_000);
    await eventually(async () => (await statusOf(server, byDuration)) === 'done');
    expect(await statusOf(server, own)).toBe('processing');
  });

  test('uses the livestream of the session, unless it has a livestream of its own', async () => {
    const list = '#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n';
    const files = { '/a.ts': page('audio'), '/a.m3u8': page(list), '/b.m3u8': page(list) };
    const web = await webServer(files);
    const server = await sandbox();
    const id = await created(server, { livestream_url: `${web.url}/a.m3u8` });
    const path = `${LIVE}?polyglot_id=${id}`;
    for (const headers of [{}, { 'livestream-url': `${web.url}/b.m3u8` }]) {
      const socket = await say(server, path, headers);
      const { session } = await socket.next();
      socket.send({ start: true, session });
      expect((await socket.until('done')).at(-1).data.timeline).toHaveLength(1);
    }
    expect(web.seen.map(({ path: seen }) => seen)).toEqual([
      ...['/a.m3u8', '/a.ts', '/b.m3u8', '/a.ts'],
    ]);
  });
});

describe('a connection that only listens', () => {
  const paths = ['/async/polyglot/talk', '/async/transcription/any/translate?languages=de'];

  test.each(paths)('is refused at once if its first message is binary: %s', async (path) => {
    const server = await sandbox();
    const socket = await say(server, path, Buffer.from('audio'));
    expect(await socket.next()).toMatchObject({ status: 'error', http_code: 400 });
    expect(await socket.closed).toBe(1008);
  });

  test('is refused if its session is deleted during the latency', async () => {
    const server = await sandbox({ latencyMs: 500 });
    const isHeld = (count: number) =>
      eventually(() => server.clock.waiting().filter((ms) => ms === 500).length === count);
    const made = created(server);
    await isHeld(1);
    await server.clock.advance(500);
    const id = await made;
    const viewer = await say(server, '/async/polyglot/talk');
    await isHeld(1);
    const options = { method: 'DELETE', authorization: KEY };
    const removed = call(server.url, `/polyglot/${id}`, options);
    await isHeld(2);
    await server.clock.advance(500);
    expect(await viewer.next()).toMatchObject({ status: 'error', http_code: 404 });
    expect((await removed).status).toBe(200);
  });
});

describe('a viewer that reads slowly', () => {
  test('gets no repeated messages, and stays connected', async () => {
    const server = await sandbox();
    const id = await created(server);
    const viewer = await say(server, '/async/polyglot/talk', { password: '' });
    await viewer.next();
    const speaker = await openSession(server, `${LIVE}?polyglot_id=${id}&max_duration_s=0`);
    speaker.start();
    await viewer.next();
    viewer.pause();
    // The audio has eight bytes per second. An hour of audio is sent first, then single minutes. Each minute causes a message of
    // 100 kB.
    const head = silence(0);
    head.writeUInt32LE(8, 28);
    speaker.socket.send(Buffer.concat([head, Buffer.alloc(8 * 3600)]));
    for (let minute = 0; minute < 250; minute += 1) speaker.socket.send(Buffer.alloc(8 * 60));
    speaker.socket.send({ stop: true, session: speaker.session });
    await speaker.socket.until('done');
    viewer.resume();
    let last = await viewer.next();
    while (last.data.activeTranscription.status !== 'done') last = await viewer.next();
    expect(server.lines.filter((line) => line.includes('does not read'))).toEqual([]);
  });
});

describe('a stream fault', () => {
  test('affects a presentation at its first message', async () => {
    const server = await sandbox();
    const id = await created(server);
    const speaker = await openSession(server, `${LIVE}?polyglot_id=${id}`);
    speaker.start();
    await speaker.socket.next();
    server.fail('stream:close*1');
    const viewer = await say(server, '/async/polyglot/talk', { password: '' });
    const before = [await viewer.next(), await viewer.next()];
    expect(before.map(({ status }) => status)).toEqual(['processing', 'processing']);
    speaker.socket.send(silence(2));
    await viewer.next();
    speaker.socket.send({ stop: true, session: speaker.session });
    expect(await viewer.closed).toBe(1011);
    await speaker.socket.until('done');
    expect(server.lines.filter((line) => line.includes('fault stream:close'))).toHaveLength(1);
  });

  test('is not used up by a presentation without messages', async () => {
    const server = await sandbox({ faults: ['stream:close*1'] });
    await created(server);
    const silent = await say(server, '/async/polyglot/talk', { password: '' });
    await silent.next();
    const next = await openSession(server, LIVE);
    next.start();
    next.socket.send({ stop: true, session: next.session });
    expect(await next.socket.closed).toBe(1011);
  });

  test.each(['close', 'stall', 'garbage'])('also affects a translation: %s', async (action) => {
    const server = await sandbox();
    const clip = await openSession(server, urlTarget(`${server.url}/sandbox/clip.wav`));
    clip.start();
    await clip.socket.until('done');
    server.fail(`stream:${action}*1`);
    const path = `/async/transcription/${clip.session}/translate?languages=de`;
    const socket = await say(server, path);
    expect(await socket.next()).toMatchObject({ session: clip.session, status: 'processing' });
    if (action === 'close') expect(await socket.closed).toBe(1011);
    else if (action === 'garbage') {
      expect(await socket.next()).toMatch(/^<p>/);
      expect(await socket.next()).toMatchObject({ status: 'done' });
    } else {
      await eventually(() => server.clock.waiting().includes(10 * 60_000));
      await server.clock.advance(10 * 60_000);
      expect(await socket.closed).toBe(1006);
    }
  });
});
