import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index';
import {
  call,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  sendRaw,
  type TestSandbox,
  urlTarget,
} from './support';

const clip = (server: TestSandbox) => urlTarget(`${server.url}/sandbox/clip.wav`);
const HINT =
  'hint: when a session is refused, connect() of the SDK never returns. Use your own timeout for connect().';

/** Opens a session that is refused, and waits until it is closed. Returns the close code. */
async function beRefused(server: TestSandbox, authorization: string, target = clip(server)) {
  const socket = await openSocket(server, target);
  socket.send(hello(authorization, target));
  return socket.closed;
}

describe('a log line', () => {
  test('begins with the time, and is also available as data', async () => {
    const lines: string[] = [];
    const entries: unknown[] = [];
    const server = await sandbox({
      log(line, entry) {
        lines.push(line);
        entries.push(entry);
      },
    });
    await call(server.url, '/polyglot', { authorization: `${KEY}x` });
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d GET \/polyglot 401 unknown API key or auth token$/),
    ]);
    expect(entries).toEqual([
      {
        at: '2026-11-24T10:00:00.000Z',
        method: 'GET',
        path: '/polyglot',
        status: 401,
        code: 'credential_unknown',
        message: 'unknown API key or auth token',
      },
    ]);
  });

  test('is written for a refusal on an open WebSocket, and has the hint only once', async () => {
    const server = await sandbox();
    await beRefused(server, await mintBearer(server, 'access=readonly'));
    await beRefused(server, await mintBearer(server, 'access=readonly'));
    server.reset();
    await beRefused(server, await mintBearer(server, 'access=readonly'));
    const refusals = server.entries.filter(({ code }) => code !== null);
    const refused = {
      ...{ method: 'WS', path: '/async/transcribe/url', status: 403, code: 'token_readonly' },
      message: 'the token is readonly: this session needs readwrite',
    };
    expect(refusals).toMatchObject([
      refused,
      { code: 'connect_waits', message: HINT },
      refused,
      refused,
    ]);
    expect(server.lines).toContain(
      'WS /async/transcribe/url 403 the token is readonly: this session needs readwrite',
    );
    const opened = server.entries.find(({ status }) => status === 101);
    expect(opened).toMatchObject({ path: '/async/transcribe/url', code: null, message: null });
    expect(server.lines.filter((line) => line === HINT)).toHaveLength(1);
  });

  test('says which credential a call requires', async () => {
    const server = await sandbox();
    const authorization = await mintBearer(server, 'access=readonly');
    await call(server.url, '/async/transcribe/url', { authorization, method: 'POST' });
    expect(server.lines.at(-1)).toBe(
      'POST /async/transcribe/url 403 the token is readonly: this call needs readwrite',
    );
  });

  test('has the path of a call that does not exist, but never its query', async () => {
    const server = await sandbox();
    await call(server.url, '/v2/transcriptons?secret=1', { authorization: KEY });
    await expect(openSocket(server, '/async/transcibe?secret=1')).rejects.toThrow('HTTP 404');
    await call(server.url, `/${'x/'.repeat(500)}`);
    expect(server.lines).toEqual([
      'GET /v2/transcriptons 404 there is no such call',
      'WS /async/transcibe 404 there is no such call',
      `GET ${`/${'x/'.repeat(500)}`.slice(0, 200)}... 404 there is no such call`,
    ]);
    expect(JSON.stringify([server.entries, server.requests()])).not.toContain('secret');
  });

  test('S19 has no target that is not a path, because it can contain a password', async () => {
    const server = await sandbox();
    const host = server.url.replace('http://', '');
    const target = `GET http://someone:canary-pw@${host}/x HTTP/1.1\r\nHost: ${host}\r\n`;
    const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n';
    await sendRaw(server.url, `${target}Connection: close\r\n\r\n`);
    await sendRaw(server.url, `${target}${upgrade}\r\n`);
    expect(server.lines).toEqual([
      'GET - 400 the request target must be a path',
      'WS - 400 the request target must be a path',
    ]);
    expect(JSON.stringify([server.entries, server.requests()])).not.toContain('canary-pw');
  });

  test('S19 has no path that contains a key or a token in any form', async () => {
    const server = await sandbox();
    const token = (await mintBearer(server)).slice('Bearer '.length);
    const forms = [KEY, token].flatMap((text) => [
      text,
      encodeURIComponent(text),
      [...text].map((each) => `%${each.charCodeAt(0).toString(16)}`).join(''),
      Buffer.from(text).toString('hex'),
      Buffer.from(text).toString('base64url'),
    ]);
    for (const form of forms) await call(server.url, `/a/${form}/b`);
    expect(server.lines.slice(1)).toEqual(
      forms.map(
        () => 'GET (withheld: the path may contain a key or a token) 404 there is no such call',
      ),
    );
    const id = 'd1e7b3b0-7b3b-4b3b-8b3b-0b3b7b3b3b3b';
    await call(server.url, `/transcriptions/${id}/text`);
    expect(server.lines.at(-1)).toContain(id);
  });

  test('has the reason of a failed transcription', async () => {
    const server = await sandbox();
    const url = encodeURIComponent('http://10.0.0.5/a.wav');
    await call(server.url, `/async/transcribe/url?url=${url}`, {
      method: 'POST',
      authorization: KEY,
    });
    const { socket, start } = await openSession(server, urlTarget('http://10.0.0.5/a.wav'));
    start();
    await socket.closed;
    const errors = server.entries.filter(({ code }) => code === 'audio_unreachable');
    expect(errors.map(({ method, path, status }) => [method, path, status]).sort()).toEqual([
      ['POST', '/async/transcribe/url', 422],
      ['WS', '/async/transcribe/url', 422],
    ]);
    expect(errors[0]?.message).toContain('--allow-private-audio');
  });

  test('has the reason if a WebSocket is closed without a message', async () => {
    const server = await sandbox();
    const silent = await openSocket(server, clip(server));
    await server.clock.advance(10_000);
    await silent.closed;
    const large = await openSocket(server, clip(server));
    large.send('x'.repeat(1024 * 1024 + 1));
    expect(await large.closed).toBe(1009);
    const { socket } = await openSession(server, clip(server));
    socket.send({ start: true, session: 'another' });
    await socket.next();
    const foreign = openSocket(server, clip(server), { origin: 'https://app.example.com' });
    await expect(foreign).rejects.toThrow('HTTP 403');
    expect(
      server.entries.filter(({ code }) => code !== null).map(({ message }) => message),
    ).toEqual([
      'no first message came',
      HINT,
      'a message is longer than 1 MiB',
      'this connection is for another session',
      'this origin is not allowed: see --allow-origin',
    ]);
  });

  test('is written for a session that an injected fault ends', async () => {
    const server = await sandbox({ faults: ['session:close*1', 'stream:close*1'] });
    const target = clip(server);
    const first = await openSocket(server, target);
    first.send(hello(KEY, target));
    await first.closed;
    const { socket, start } = await openSession(server, target);
    start();
    await socket.closed;
    expect(server.lines.filter((line) => line.includes('by the injected fault'))).toEqual([
      'WS /async/transcribe/url closed by the injected fault session:close',
      'WS /async/transcribe/url closed by the injected fault stream:close',
    ]);
  });

  test('is also written by a sandbox of the library', async () => {
    const seen: (readonly [string, number])[] = [];
    const server = await startSandbox({ log: (line, { status }) => seen.push([line, status]) });
    await call(server.url, '/nowhere');
    await server.close();
    expect(seen).toEqual([
      [expect.stringMatching(/^\d\d:\d\d:\d\d GET \/nowhere 404 there is no such call$/), 404],
    ]);
  });
});
