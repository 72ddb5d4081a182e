import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { pretendNetwork } from './pretended-network';
import {
  call,
  eventually,
  hello,
  KEY,
  openSocket,
  page,
  sandbox,
  type TestSandbox,
  webServer,
} from './support';

const LIVE = '/async/live/transcribe';
const M3U8 = 'application/vnd.apple.mpegurl';
const SEGMENT = page(Buffer.alloc(1000, 0x47), 'video/mp2t');

const playlist = (...lines: readonly string[]) => page(`#EXTM3U\n${lines.join('\n')}\n`, M3U8);

const COMPLETE = playlist(
  '#EXT-X-TARGETDURATION:6',
  '#EXTINF:6,',
  'one.ts',
  '#EXTINF:3.5,the rest',
  '/live/two.ts',
  '#EXT-X-ENDLIST',
);

/** Opens and starts a session for a playlist. */
async function follow(server: TestSandbox, url: string, query = '') {
  const target = `${LIVE}${query}`;
  const socket = await openSocket(server, target);
  const { headers } = hello(KEY, target);
  socket.send({ headers: { ...headers, 'livestream-url': url } });
  const { session } = await socket.next();
  socket.send({ start: true, session });
  return { socket, session, stop: () => socket.send({ stop: true, session }) };
}

async function endOf(server: TestSandbox, url: string, query = '') {
  const { socket } = await follow(server, url, query);
  for (;;) {
    const message = await socket.next();
    if (message.status === 'done' || message.status === 'error') return message;
  }
}

const paths = (web: { readonly seen: readonly { readonly path: string }[] }) =>
  web.seen.map(({ path }) => path);

describe('a livestream by URL', () => {
  test('is fetched by its playlist, and has a placeholder text with the duration of its segments', async () => {
    const web = await webServer({
      '/live/a.m3u8': COMPLETE,
      '/live/one.ts': SEGMENT,
      '/live/two.ts': SEGMENT,
    });
    const { socket } = await follow(await sandbox(), `${web.url}/live/a.m3u8`);
    const messages = await socket.until('done');
    expect(messages.map(({ status, data }) => [status, data.timeline.at(-1)?.end])).toEqual([
      ['processing', undefined],
      ['processing', 6],
      ['processing', 9.5],
      ['stopping', 9.5],
      ['done', 9.5],
    ]);
    const { data } = messages.at(-1);
    expect(data.operation).toBe('transcription-live');
    expect(data.timeline[0].text).toBe('[sandbox: 0.0 to 4.0 s of audio, not transcribed]');
    expect(data.paragraphs).toEqual(['[sandbox: 9.5 s of audio, not transcribed]']);
    expect(paths(web)).toEqual(['/live/a.m3u8', '/live/one.ts', '/live/two.ts']);
    expect(web.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  test('uses the first variant that a playlist of variants lists', async () => {
    const web = await webServer({
      '/all.m3u8': playlist(
        '#EXT-X-STREAM-INF:BANDWIDTH=64000',
        'live/a.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=128000',
        'live/b.m3u8',
      ),
      '/live/a.m3u8': COMPLETE,
      '/live/one.ts': SEGMENT,
      '/live/two.ts': SEGMENT,
    });
    const { data } = await endOf(await sandbox(), `${web.url}/all.m3u8`);
    expect(data.timeline.at(-1).end).toBe(9.5);
    expect(paths(web)).not.toContain('/live/b.m3u8');
  });

  test('has its playlist read again while it continues, and each segment is fetched once', async () => {
    let from = 7;
    const growing: RequestListener = (request, response) => {
      const segments = [from, from + 1].flatMap((number) => ['#EXTINF:2,', `${number}.ts`]);
      const head = ['#EXT-X-TARGETDURATION:2', `#EXT-X-MEDIA-SEQUENCE:${from}`];
      playlist(...head, ...segments)(request, response);
    };
    const numbers = [7, 8, 9, 10, 11];
    const web = await webServer({
      '/a.m3u8': growing,
      ...Object.fromEntries(numbers.map((number) => [`/${number}.ts`, SEGMENT])),
    });
    const server = await sandbox();
    const { socket, stop } = await follow(server, `${web.url}/a.m3u8`);
    const fetched = () => paths(web).filter((path) => path.endsWith('.ts'));
    await eventually(() => fetched().length === 2 && server.clock.waiting().includes(1000));
    from = 8;
    await server.clock.advance(1000);
    await eventually(() => fetched().length === 3 && server.clock.waiting().includes(1000));
    stop();
    expect((await socket.until('done')).at(-1).data.timeline.at(-1).end).toBe(6);
    expect(fetched()).toEqual(['/7.ts', '/8.ts', '/9.ts']);
    // The playlist has new segments, but after the end of the session the sandbox fetches no segment.
    from = 10;
    await server.clock.advance(4000);
    expect(fetched()).toHaveLength(3);
  });

  test('ends without new segments, at its maximum duration, and by a stop over REST', async () => {
    const web = await webServer({
      '/still.m3u8': playlist('#EXT-X-TARGETDURATION:6', '#EXTINF:6,', 'one.ts'),
      '/one.ts': SEGMENT,
    });
    const server = await sandbox();
    const url = `${web.url}/still.m3u8`;
    const inactive = await follow(server, url, '?timeout_period_s=5');
    await eventually(() => server.clock.waiting().includes(3000));
    await server.clock.advance(3000);
    await eventually(() => server.clock.waiting().includes(3000));
    await server.clock.advance(2000);
    expect((await inactive.socket.until('done')).at(-1).data.timeline.at(-1).end).toBe(6);
    const short = await endOf(server, url, '?max_duration_s=5');
    expect(short.data.timeline.at(-1).end).toBe(5);
    const { socket, session } = await follow(server, url);
    await eventually(() => server.clock.waiting().includes(3000));
    const path = `/live/transcribe/${session}/stop`;
    const reply = await call(server.url, path, { method: 'PATCH', authorization: KEY });
    expect(reply.json.status).toBe('stopping');
    await socket.until('done');
  });

  test.each([
    ['a missing playlist', {}, 'audio could not be fetched'],
    [
      'a missing segment',
      { '/a.m3u8': playlist('#EXTINF:6,', 'gone.ts', '#EXT-X-ENDLIST') },
      'audio could not be fetched',
    ],
    [
      'a segment whose address is not http',
      { '/a.m3u8': playlist('#EXTINF:6,', 'file:///etc/passwd', '#EXT-X-ENDLIST') },
      'audio could not be fetched',
    ],
    [
      'variants that name variants',
      { '/a.m3u8': playlist('#EXT-X-STREAM-INF:BANDWIDTH=1', 'a.m3u8') },
      'the URL does not lead to audio',
    ],
    ['a page', { '/a.m3u8': page('<html></html>', 'text/html') }, 'the URL does not lead to audio'],
  ])('ends with an error message if the URL leads to %s', async (_, pages, error) => {
    const web = await webServer(pages);
    const message = await endOf(await sandbox(), `${web.url}/a.m3u8`);
    expect(message).toMatchObject({ status: 'error', http_code: 422, error });
  });

  test('is rejected in the first message if livestream-url is not an http or https URL', async () => {
    const socket = await openSocket(await sandbox(), LIVE);
    socket.send({
      headers: { authorization: KEY, path: LIVE, 'livestream-url': 'file:///etc/passwd' },
    });
    expect(await socket.next()).toMatchObject({
      status: 'error',
      http_code: 400,
      error: 'livestream-url must be an http or https URL',
    });
  });

  test('is still fetched if the clock of the sandbox is advanced', async () => {
    let answer = () => {};
    const web = await webServer({
      '/live/a.m3u8': (request, response) => {
        answer = () => COMPLETE(request, response);
      },
      '/live/one.ts': SEGMENT,
      '/live/two.ts': SEGMENT,
    });
    const server = await sandbox();
    const { socket } = await follow(server, `${web.url}/live/a.m3u8`);
    await eventually(() => web.seen.length === 1);
    await server.advance(30_000);
    answer();
    expect((await socket.until('done')).at(-1).data.timeline.at(-1).end).toBe(9.5);
  });

  test('ignores audio that is sent over the WebSocket', async () => {
    const web = await webServer({
      '/a.m3u8': playlist('#EXTINF:6,', 'one.ts'),
      '/one.ts': SEGMENT,
    });
    const server = await sandbox();
    const { socket, stop } = await follow(server, `${web.url}/a.m3u8`);
    socket.send(Buffer.alloc(100_000));
    await eventually(() => server.clock.waiting().includes(3000));
    stop();
    expect((await socket.until('done')).at(-1).data.timeline.at(-1).end).toBe(6);
  });
});

describe('S68 a segment of a playlist', () => {
  const REDIRECTED = 'http://cdn.example/one.ts';
  const names = {
    'live.example': [['9.9.9.9']],
    'cdn.example': [['9.9.9.10']],
    'inside.example': [['10.0.0.5']],
    'here.example': [['127.0.0.1']],
  };

  async function heard(segment: string, options: { allowPrivateAudio?: boolean } = {}) {
    const web = await webServer({
      '/a.m3u8': playlist('#EXTINF:6,', segment, '#EXT-X-ENDLIST'),
      '/one.ts': SEGMENT,
    });
    const audioNetwork = pretendNetwork(web, names);
    const server = await sandbox({ audioNetwork, ...options });
    const { status } = await endOf(server, 'http://live.example/a.m3u8');
    return { status, reached: audioNetwork.reached, asked: audioNetwork.asked };
  }

  test('is fetched from public addresses', async () => {
    expect(await heard(REDIRECTED)).toMatchObject({ status: 'done' });
  });

  test.each([
    'http://127.0.0.1/one.ts',
    'http://localhost/one.ts',
    'http://[::1]/one.ts',
    'http://here.example/one.ts',
    'http://10.0.0.5/one.ts',
    'http://inside.example/one.ts',
    'http://169.254.169.254/one.ts',
  ])('is not fetched at %s', async (segment) => {
    const { status, reached } = await heard(segment);
    expect([status, reached]).toEqual(['error', ['9.9.9.9']]);
  });

  test('is fetched from a private address only if that is allowed, and never from this machine', async () => {
    const allowPrivateAudio = true;
    const inside = await heard('http://inside.example/one.ts', { allowPrivateAudio });
    expect(inside.status).toBe('done');
    const here = await heard('http://localhost/one.ts', { allowPrivateAudio });
    expect(here.status).toBe('error');
  });

  test('is fetched from the same address as the playlist if it has the same origin', async () => {
    const { status, asked } = await heard('/one.ts');
    expect([status, asked]).toEqual(['done', ['live.example']]);
  });
});
