import { describe, expect, test } from 'vitest';
import { timeText } from '../../src/sandbox/segments';
import { pretendNetwork } from './pretended-network';
import {
  call,
  eventually,
  KEY,
  openSession,
  page,
  sandbox,
  silence,
  transcribe,
  urlTarget,
  webServer,
} from './support';

const UNREACHABLE = 'audio could not be fetched';

describe('audio from elsewhere', () => {
  test('audio without a text file gets a placeholder text that says so', async () => {
    const web = await webServer({ '/a.wav': page(silence(2.5)) });
    const { message } = await transcribe(await sandbox(), `${web.url}/a.wav`);
    expect(message.data.timeline).toEqual([
      { start: 0, end: 2.5, text: '[sandbox: 2.5 s of audio, not transcribed]' },
    ]);
  });

  test('audio with a text file gets the text of that file, with times for each clause', async () => {
    const web = await webServer({
      '/talk.wav': page(silence(10)),
      '/talk.txt': page('\ufeffAbcd efgh.\nIjkl mnop, qrst uvwx!\n', 'text/plain; charset=utf-8'),
    });
    const { message } = await transcribe(await sandbox(), `${web.url}/talk.wav`);
    expect(message.data.timeline).toEqual([
      { start: 0, end: 3.333, text: 'Abcd efgh.' },
      { start: 3.333, end: 6.667, text: 'Ijkl mnop,' },
      { start: 6.667, end: 10, text: 'qrst uvwx!' },
    ]);
  });

  test.each([
    ['of another type', page('<p>Not found.</p>', 'text/html')],
    ['without a word', page(' \n...\n', 'text/plain')],
    ['too long', page('word. '.repeat(180_000), 'text/plain')],
    ['too long once written as JSON', page('"word"'.repeat(150_000), 'text/plain')],
  ])('audio gets the placeholder if its text file is %s', async (_, handler) => {
    const web = await webServer({ '/a.wav': page(silence(1)), '/a.txt': handler });
    const { text } = await transcribe(await sandbox(), `${web.url}/a.wav`);
    expect(text).toEqual(['[sandbox: 1.0 s of audio, not transcribed]']);
  });

  test('the sandbox looks for no text file if the audio has no extension', async () => {
    const web = await webServer({ '/v1.2/audio': page(silence(1)) });
    await transcribe(await sandbox(), `${web.url}/v1.2/audio`);
    expect(web.seen.map((request) => request.path)).toEqual(['/v1.2/audio']);
  });

  test('the sandbox sends no credentials when it fetches audio', async () => {
    const web = await webServer({ '/a.wav': page(silence(1)) });
    await transcribe(await sandbox(), `${web.url.replace('//', '//user:password@')}/a.wav`);
    expect(web.seen.map((request) => request.path)).toEqual(['/a.wav', '/a.txt']);
    for (const { headers } of web.seen) {
      expect(Object.keys(headers)).not.toContain('authorization');
      expect(Object.keys(headers)).not.toContain('cookie');
    }
  });

  test('a long text grows in few messages', async () => {
    const web = await webServer({
      '/a.wav': page(silence(1)),
      '/a.txt': page('word. '.repeat(1000), 'text/plain'),
    });
    const server = await sandbox();
    const { socket, start } = await openSession(server, urlTarget(`${web.url}/a.wav`));
    start();
    const messages = await socket.until('done');
    expect(messages.length).toBeLessThanOrEqual(24);
    expect(messages.at(-1).data.timeline).toHaveLength(1000);
    expect(messages.at(-2).data.timeline).toHaveLength(1000);
  });

  test('a text of 900 kB arrives completely, in messages of at most 2 MiB, without a pause', async () => {
    const words = 'word. '.repeat(150_000).trim();
    const web = await webServer({
      '/a.wav': page(silence(60)),
      '/a.txt': page(words, 'text/plain'),
    });
    const { socket, start } = await openSession(await sandbox(), urlTarget(`${web.url}/a.wav`));
    start();
    const messages = await socket.until('done');
    const sizes = messages.map((message) => JSON.stringify(message).length);
    const last = sizes.pop() ?? 0;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
    // The last message may be larger than the others, because its paragraphs repeat the text.
    expect(last).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8 * 1024 * 1024);
    const { timeline } = messages.at(-1).data;
    expect(timeline.length).toBeLessThanOrEqual(1000);
    expect(timeline.at(-1).end).toBe(60);
    const text = timeline.map((piece: { text: string }) => piece.text).join(' ');
    // Compares with `===`, because a failing `toBe(words)` would print 900 kB.
    expect(text === words).toBe(true);
  });
});

describe('the summary, keywords and paragraphs of a transcription', () => {
  const TEXT = [
    'The tide comes in. The tide, we know, goes out again.\n',
    'Boats follow the tide; fishermen follow their boats.\n',
    '\n \n',
    'Nobody follows fishermen.',
  ].join('');

  async function extrasOf(text: string | null, options = '') {
    const beside = text === null ? {} : { '/a.txt': page(text, 'text/plain') };
    const web = await webServer({ '/a.wav': page(silence(10)), ...beside });
    const server = await sandbox();
    const { message } = await transcribe(server, `${web.url}/a.wav`, options);
    const { summary, keywords, paragraphs } = message.data;
    const path = `/transcriptions/${message.data.id}`;
    const read = await call(server.url, path, { authorization: KEY });
    expect(read.json.data).toMatchObject({ summary, keywords, paragraphs });
    return { summary, keywords, paragraphs };
  }

  test('are made of the text file', async () => {
    const { summary, keywords, paragraphs } = await extrasOf(TEXT);
    expect(summary).toBe(TEXT.replaceAll(/\s+/g, ' '));
    expect(keywords).toBe('tide, boats, follow, fishermen, comes');
    expect(paragraphs).toEqual([
      'The tide comes in. The tide, we know, goes out again. Boats follow the tide; fishermen follow their boats.',
      'Nobody follows fishermen.',
    ]);
  });

  test('contain only what was transcribed', async () => {
    expect(await extrasOf(TEXT, '&max_duration_s=1')).toEqual({
      summary: 'The tide comes',
      keywords: 'tide, comes',
      paragraphs: ['The tide comes'],
    });
  });

  test('stay short if the text is long', async () => {
    const { summary, keywords, paragraphs } = await extrasOf('One sentence of many. '.repeat(5000));
    expect(summary.length).toBeLessThanOrEqual(301);
    expect(summary).toMatch(/^One sentence of many\. One/);
    expect(keywords).toBe('sentence, many');
    expect(paragraphs).toHaveLength(1);
  });

  test('say that there is no text if the text file is missing', async () => {
    expect(await extrasOf(null)).toEqual({
      summary: '[sandbox: no summary, since the audio was not transcribed]',
      keywords: 'sandbox, placeholder',
      paragraphs: ['[sandbox: 10.0 s of audio, not transcribed]'],
    });
  });
});

describe('audio that cannot be fetched', () => {
  test('a session ends with an error message and is closed, and its transcription can still be read', async () => {
    const web = await webServer({});
    const server = await sandbox();
    const { message, socket } = await transcribe(server, `${web.url}/missing.wav`);
    expect(message).toMatchObject({
      status: 'error',
      http_code: 422,
      error: UNREACHABLE,
      data: { id: expect.any(String), status: 'error', timeline: [] },
    });
    expect(await socket.closed).toBe(1011);
    expect(server.lines).toContain(
      `WS /async/transcribe/url 422 audio could not be fetched: HTTP 404 (session ${message.data.id})`,
    );
  });

  test('the session ends with an error if nothing listens at the address', async () => {
    const { message } = await transcribe(await sandbox(), 'http://127.0.0.1:1/a.wav');
    expect([message.http_code, message.error]).toEqual([422, UNREACHABLE]);
  });

  test('the session ends with an error if the connection breaks midway', async () => {
    const web = await webServer({
      '/a.wav': (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('RIFF', () => response.destroy());
      },
    });
    const { message } = await transcribe(await sandbox(), `${web.url}/a.wav`);
    expect(message.error).toBe(UNREACHABLE);
  });

  test('the session ends with an error if the audio is too large', async () => {
    const web = await webServer({ '/a.wav': page(silence(1)) });
    const server = await sandbox({ limits: { audioBytes: 8043 } });
    expect((await transcribe(server, `${web.url}/a.wav`)).message.error).toBe(UNREACHABLE);
    const roomy = await sandbox({ limits: { audioBytes: 8044 } });
    expect((await transcribe(roomy, `${web.url}/a.wav`)).message.status).toBe('done');
  });

  test('the session ends with an error if the audio arrives too slowly', async () => {
    const web = await webServer({
      '/a.wav': (_, response) => {
        response.writeHead(200);
        response.write('RIFF');
      },
    });
    const server = await sandbox();
    const outcome = transcribe(server, `${web.url}/a.wav`);
    await eventually(() => web.seen.length === 1 && server.clock.waiting().includes(15_000));
    await server.clock.advance(15_000);
    expect((await outcome).message.error).toBe(UNREACHABLE);
  });

  test.each([
    ['a page', page('<html><body>Hello</body></html>', 'text/html')],
    ['a page with the content type of audio', page('<html></html>', 'audio/wav')],
    ['empty', page('')],
    ['a picture', page(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'image/png')],
    ['a header without sound', page(silence(0))],
  ])('the session ends with an error if the URL leads to %s', async (_, handler) => {
    const web = await webServer({ '/a.wav': handler });
    const { message } = await transcribe(await sandbox(), `${web.url}/a.wav`);
    expect([message.http_code, message.error]).toEqual([422, 'the URL does not lead to audio']);
  });
});

describe('redirects of audio', () => {
  /** Starts a sandbox, and a web server that the sandbox reaches through a public host name. */
  async function startPublic(pages: Parameters<typeof webServer>[0]) {
    const web = await webServer(pages);
    const audioNetwork = pretendNetwork(web, { 'audio.example': [['9.9.9.9']] });
    return { web, server: await sandbox({ audioNetwork }), url: 'http://audio.example' };
  }

  const to = (location: string) => (_: unknown, response: import('node:http').ServerResponse) => {
    response.writeHead(302, { location }).end();
  };

  test('three redirects are followed, and the text file is fetched from the last address', async () => {
    const { server, url } = await startPublic({
      '/1': to('/2'),
      '/2': to('/3'),
      '/3': to('/there/a.wav'),
      '/there/a.wav': page(silence(1)),
      '/there/a.txt': page('Found.', 'text/plain'),
    });
    const { text } = await transcribe(server, `${url}/1`);
    expect(text).toEqual(['Found.']);
  });

  test.each([
    ['the fourth one', { '/0': to('/1'), '/1': to('/2'), '/2': to('/3'), '/3': to('/4') }],
    ['a loop', { '/0': to('/0') }],
    ['another scheme', { '/0': to('file:///etc/passwd') }],
    ['an invalid URL', { '/0': to('http://') }],
  ])('a redirect is not followed if it is %s', async (_, pages) => {
    const { web, server, url } = await startPublic(pages);
    const { message } = await transcribe(server, `${url}/0`);
    expect(message.error).toBe(UNREACHABLE);
    expect(web.seen.map((request) => request.path)).not.toContain('/4');
  });
});

describe('durations', () => {
  test.each([
    ['2', 'done'],
    ['3', 'done'],
    ['1', 'done'],
    ['3.1', 'error'],
    ['0.9', 'error'],
    ['3600', 'error'],
    ['', 'done'],
  ])('duration_s=%s with two seconds of audio ends with %s', async (seconds, status) => {
    const web = await webServer({ '/a.wav': page(silence(2)) });
    const { message } = await transcribe(
      await sandbox(),
      `${web.url}/a.wav`,
      `&duration_s=${seconds}`,
    );
    expect(message.status).toBe(status);
    if (status === 'error') {
      expect([message.http_code, message.error]).toEqual([
        422,
        'audio does not have the duration that duration_s demands',
      ]);
    }
  });

  test.each([
    ['0', 3],
    ['0.04', 0],
    ['1', 1],
    ['1.14', 1],
    ['2', 2],
    ['15', 3],
  ])('max_duration_s=%s leaves %i pieces of the clip', async (seconds, pieces) => {
    const server = await sandbox();
    const url = `${server.url}/sandbox/clip.wav`;
    const { message } = await transcribe(server, url, `&max_duration_s=${seconds}`);
    expect(message.status).toBe('done');
    expect(message.data.timeline).toHaveLength(pieces);
  });

  test('max_duration_s cuts the last piece, which keeps only the words spoken before the cut', async () => {
    const web = await webServer({
      '/text.wav': page(silence(10)),
      '/text.txt': page('One two three four five.', 'text/plain'),
      '/other.wav': page(silence(10)),
    });
    const server = await sandbox();
    const ends = async (name: string) => {
      const { message } = await transcribe(server, `${web.url}/${name}`, '&max_duration_s=4');
      return message.data.timeline;
    };
    expect(await ends('text.wav')).toEqual([{ start: 0, end: 4, text: 'One two' }]);
    const label = '[sandbox: 4.0 s of audio, not transcribed]';
    expect(await ends('other.wav')).toEqual([{ start: 0, end: 4, text: label }]);
  });

  test('two hours are transcribed without max_duration_s, and everything with max_duration_s=0', async () => {
    const hours = silence(2);
    // Changes the header to one sample per second, so that the same bytes last 16000 seconds.
    hours.writeUInt32LE(1, 24);
    hours.writeUInt32LE(1, 28);
    const web = await webServer({
      '/a.wav': page(hours),
      '/a.txt': page('Early. Later. Late. Last.', 'text/plain'),
    });
    const server = await sandbox();
    expect((await transcribe(server, `${web.url}/a.wav`)).text).toEqual(['Early.', 'Later.']);
    const all = await transcribe(server, `${web.url}/a.wav`, '&max_duration_s=0');
    expect(all.text).toHaveLength(4);
  });
});

test('a clause gets time in proportion to its number of characters', () => {
  expect(timeText('One two; three.', 14)).toEqual([
    [
      { start: 0, end: 8, text: 'One two;' },
      { start: 8, end: 14, text: 'three.' },
    ],
  ]);
  expect(timeText('', 1)).toEqual([]);
});
