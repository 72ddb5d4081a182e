import { describe, expect, onTestFinished, test } from 'vitest';
import { measureAudio } from '../../src/core/measure-audio';
import { SANDBOX_CLIP } from '../../src/core/sample-clips';
import { secret } from '../../src/core/secret';
import { transcriptText } from '../../src/core/transcript';
import { CLIP_SEGMENTS } from '../../src/sandbox/clip';
import { startSandbox } from '../../src/sandbox/index';
import { startSandbox as startServer } from '../../src/sandbox/server';
import { fakeClock } from '../../src/system/clock';
import { reachedBeyondLoopback } from '../support/loopback';
import {
  call,
  eventually,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  sendRaw,
  urlTarget,
} from './support';

describe('the API version', () => {
  test.each([
    ['GET', '/transcriptions', KEY, 200],
    ['GET', '/transcriptions', 'wrong', 401],
    ['GET', '/transcriptions/unknown', KEY, 404],
    ['GET', '/no/such/path', KEY, 404],
    ['DELETE', '/transcriptions', KEY, 404],
    ['GET', '/security/generate-token?lifetime_s=0', KEY, 400],
    ['OPTIONS', '/transcriptions', '', 204],
  ])('%s %s with %s (%i) has the API version', async (method, path, authorization, status) => {
    const server = await sandbox();
    const reply = await call(server.url, path, { method, authorization });
    expect([reply.status, reply.headers['x-api-version']]).toEqual([status, '1.1.0']);
    if (status >= 400)
      expect(reply.json).toMatchObject({ status: 'error', data: null, http_code: status });
  });

  test('answers to refused hosts, broken requests and upgrades have the API version', async () => {
    const server = await sandbox();
    const foreign = await call(server.url, '/transcriptions', {
      headers: { host: 'evil.example' },
    });
    expect(foreign.headers['x-api-version']).toBe('1.1.0');
    expect(await sendRaw(server.url, 'nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*x-api-version: 1\.1\.0/,
    );
    const refused = await sendRaw(
      server.url,
      `GET /nowhere HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(refused).toMatch(/^HTTP\/1\.1 404 [\s\S]*x-api-version: 1\.1\.0/);
    const socket = await openSocket(server, urlTarget('http://localhost/a.wav'));
    expect(socket.upgradeHeaders()['x-api-version']).toBe('1.1.0');
  });
});

describe('reading from the sandbox', () => {
  test('billing and polyglot have empty but valid data', async () => {
    const server = await sandbox();
    const billing = await call(server.url, '/billing/details', { authorization: KEY });
    expect(billing.json.data).toMatchObject({ balance: 0, total_per_month: {}, invoices: [] });
    expect(billing.json.data).toMatchObject({ month_plans: {}, billing: {} });
    const { plans, active_plan, hobby_plan } = billing.json.data;
    for (const plan of [...plans, active_plan, hobby_plan]) {
      expect(plan).toMatchObject({ overage_rate_live: 0, price: 0 });
      expect(Date.parse(plan.start_date)).toBeLessThan(Date.parse(plan.stop_date));
    }
    expect(plans).toHaveLength(1);
    expect(Array.isArray(billing.json.data.month_plans)).toBe(false);
    const polyglot = await call(server.url, '/polyglot', { authorization: KEY });
    expect(polyglot.json).toEqual({ status: 'done', data: [] });
    const none = await call(server.url, '/transcriptions', { authorization: KEY });
    expect(none.json).toEqual({ status: 'done', data: [] });
  });

  test('the clip needs no credentials, and has the properties that the tables list', async () => {
    const server = await sandbox();
    const clip = await call(server.url, SANDBOX_CLIP.path);
    expect([clip.status, clip.headers['content-type']]).toEqual([200, 'audio/wav']);
    expect(clip.body.length).toBeLessThan(100_000);
    expect(await measureAudio(clip.body, () => undefined)).toBeCloseTo(SANDBOX_CLIP.durationS, 2);
    const text = await call(server.url, '/sandbox/clip.txt');
    expect(String(text.body)).toBe(SANDBOX_CLIP.text);
    expect(transcriptText(CLIP_SEGMENTS)).toBe(SANDBOX_CLIP.text);
    const ends = CLIP_SEGMENTS.flatMap(({ start, end }) => [start, end]);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends.at(-1)).toBeLessThan(SANDBOX_CLIP.durationS);
    expect(server.stats().requests).toBe(0);
  });
});

describe('S54 the sandbox listens on loopback only', () => {
  test('S54 127.0.0.1 answers, other interfaces refuse', async () => {
    const server = await sandbox();
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const port = Number(new URL(server.url).port);
    for (const [host, outcome] of await reachedBeyondLoopback(port)) {
      expect([host, outcome]).toEqual([host, 'refused']);
    }
  });
});

describe('S55 the Host header', () => {
  const routes = [
    'GET /transcriptions',
    'GET /security/generate-token',
    'GET /sandbox/clip.wav',
    'POST /async/transcribe/url',
    'OPTIONS /transcriptions',
    'GET /no/such/path',
  ];
  const request = (line: string, hosts: readonly string[], upgrade = false) =>
    [
      line,
      ...hosts.map((host) => `Host: ${host}`),
      `Authorization: ${KEY}`,
      ...(upgrade
        ? [
            'Upgrade: websocket',
            'Sec-WebSocket-Version: 13',
            'Sec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA==',
          ]
        : []),
      `Connection: ${upgrade ? 'Upgrade' : 'close'}`,
      '',
      '',
    ].join('\r\n');
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

  const cases: readonly [string, (port: string) => readonly string[], number][] = [
    ['foreign', (port) => [`evil.example:${port}`], 421],
    ['with a suffix', (port) => [`localhost.evil.example:${port}`], 421],
    ['with a trailing dot', (port) => [`localhost.:${port}`], 421],
    ['a name that resolves to loopback', (port) => [`127.0.0.1.nip.io:${port}`], 421],
    ['another loopback address', (port) => [`127.0.0.2:${port}`], 421],
    ['with another port', () => ['127.0.0.1:1'], 421],
    ['without the port', () => ['127.0.0.1'], 421],
    ['empty', () => [''], 421],
    ['missing', () => [], 400],
    ['twice', (port) => [`127.0.0.1:${port}`, `127.0.0.1:${port}`], 400],
    ['twice, one foreign', (port) => [`127.0.0.1:${port}`, 'evil.example'], 400],
  ];

  test.each(cases)(
    'S55 %s is refused on every route before authentication',
    async (_, hosts, status) => {
      const server = await sandbox();
      const { port } = new URL(server.url);
      for (const route of routes) {
        const answer = await sendRaw(server.url, request(`${route} HTTP/1.1`, hosts(port)));
        expect([route, statusOf(answer)]).toEqual([route, status]);
        expect(answer).toContain('x-api-version: 1.1.0');
        expect(answer).not.toContain('access-control');
      }
      const upgrade = request(
        `GET ${urlTarget('http://localhost/a.wav')} HTTP/1.1`,
        hosts(port),
        true,
      );
      expect(statusOf(await sendRaw(server.url, upgrade))).toBe(status);
      expect(server.stats()).toMatchObject({ mints: 0, sessions: 0 });
    },
  );

  test('S55 an absolute target is refused, for upgrades too', async () => {
    const server = await sandbox();
    const { host } = new URL(server.url);
    for (const origin of [server.url, 'http://evil.example']) {
      const line = `GET ${origin}/transcriptions HTTP/1.1`;
      expect(statusOf(await sendRaw(server.url, request(line, [host])))).toBe(400);
      const upgrade = `GET ${origin}/async/transcribe/url HTTP/1.1`;
      expect(statusOf(await sendRaw(server.url, request(upgrade, [host], true)))).toBe(400);
    }
    expect(statusOf(await sendRaw(server.url, request('OPTIONS * HTTP/1.1', [host])))).toBe(400);
  });

  test('S55 the three loopback names are accepted', async () => {
    const server = await sandbox();
    const { port } = new URL(server.url);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const answer = await sendRaw(
        server.url,
        request('GET /transcriptions HTTP/1.1', [`${name}:${port}`]),
      );
      expect([name, statusOf(answer)]).toEqual([name, 200]);
    }
  });
});

describe('CORS of the sandbox', () => {
  const pageFrom = (origin: string) => ({ authorization: KEY, headers: { origin } });

  test.each([
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:8080',
    'https://app.example.com',
  ])('%s may read the answers', async (origin) => {
    const server = await sandbox({ allowOrigins: ['https://app.example.com'] });
    for (const path of ['/transcriptions', '/no/such/path']) {
      const reply = await call(server.url, path, pageFrom(origin));
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'x-api-version, x-api-version-discontinued',
        vary: 'Origin',
      });
    }
    const preflight = await call(server.url, '/async/transcribe/url', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    const asking = await call(server.url, '/polyglot/1', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,traceparent,x-own',
      },
    });
    expect(asking.headers).toMatchObject({
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization,traceparent,x-own',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, x-expected-api-version, content-type',
    });
    const target = urlTarget('http://localhost/a.wav');
    const socket = await openSocket(server, target, { origin });
    socket.send(hello(KEY, target));
    expect(await socket.next()).toHaveProperty('session');
  });

  test.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'http://app.example.com',
    'http://localhost.evil.example',
    'http://127.0.0.1.nip.io',
    'http://localhost:5173/path',
    'null',
    'garbage',
  ])('%s gets no CORS header and no WebSocket', async (origin) => {
    const server = await sandbox({ allowOrigins: ['https://app.example.com'] });
    for (const method of ['GET', 'OPTIONS']) {
      const page = pageFrom(origin);
      const headers = { ...page.headers, 'access-control-request-headers': 'x-own' };
      const reply = await call(server.url, '/transcriptions', { ...page, headers, method });
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-'))).toEqual([]);
      expect(reply.headers.vary).toBe('Origin');
    }
    const target = urlTarget('http://localhost/a.wav');
    await expect(openSocket(server, target, { origin })).rejects.toThrow('HTTP 403');
  });

  test.each(['*', 'null', 'app.example.com', 'https://app.example.com/', 'https://a.b/path'])(
    'allowOrigins rejects %s, and does not quote it',
    async (origin) => {
      await expect(sandbox({ allowOrigins: [origin] })).rejects.toMatchObject({
        code: 'invalid_value',
        message: 'An allowed origin must have the form https://host or https://host:port.',
      });
    },
  );
});

describe('limits of the sandbox', () => {
  test('a body of 64 KiB is accepted, and a larger body gets 413', async () => {
    const server = await sandbox();
    const post = (size: number, headers = {}) =>
      call(server.url, '/async/transcribe/url?url=x', {
        method: 'POST',
        authorization: KEY,
        body: Buffer.alloc(size),
        headers,
      });
    expect((await post(64 * 1024)).status).toBe(400);
    expect((await post(64 * 1024 + 1)).status).toBe(413);
    expect((await post(64 * 1024 + 1, { 'transfer-encoding': 'chunked' })).status).toBe(413);
  });

  test('a body without an end gets its answer as soon as the body is too large', async () => {
    const server = await sandbox();
    const { host } = new URL(server.url);
    const answer = await sendRaw(
      server.url,
      `POST /async/transcribe/url HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n${'x'.repeat(70_000)}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('headers above the limit get 431', async () => {
    const server = await sandbox();
    const answer = await sendRaw(
      server.url,
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('the number of open WebSockets is limited, and a closed one makes room for another', async () => {
    const server = await sandbox({ limits: { sockets: 2 } });
    const target = urlTarget('http://localhost/a.wav');
    const first = await openSocket(server, target);
    await openSocket(server, target);
    await expect(openSocket(server, target)).rejects.toThrow('HTTP 503');
    first.close();
    await first.closed;
    await expect(openSocket(server, target)).resolves.toBeDefined();
  });

  test('an upgrade to another protocol, or a broken upgrade, gets 400', async () => {
    const server = await sandbox();
    const head = `GET /async/transcribe/url HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: Upgrade\r\n`;
    for (const rest of [
      'Upgrade: h2c',
      'Upgrade: websocket',
      'Upgrade: websocket\r\nSec-WebSocket-Version: 1',
    ]) {
      expect(await sendRaw(server.url, `${head}${rest}\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 400 [\s\S]*x-api-version: 1\.1\.0/,
      );
    }
  });
});

describe('closing a sandbox', () => {
  test('ends open sockets, delayed answers and running work at once, and can be repeated', async () => {
    const server = await sandbox({ latencyMs: 60_000 });
    const held = call(server.url, '/transcriptions', { authorization: KEY });
    const failure = expect(held).rejects.toThrow();
    const target = urlTarget('http://127.0.0.1:1/a.wav');
    const idle = await openSocket(server, target);
    const held2 = await openSocket(server, target);
    held2.send(hello(KEY, target));
    await Promise.all([server.close(), server.close()]);
    await server.close();
    expect(await idle.closed).toBe(1006);
    expect(await held2.closed).toBe(1006);
    await failure;
    await expect(call(server.url, '/transcriptions')).rejects.toThrow('ECONNREFUSED');
  });

  test('leaves no timer behind', async () => {
    const server = await sandbox({ paceMs: 1000 });
    const { start, socket } = await openSession(
      server,
      urlTarget(`${server.url}/sandbox/clip.wav`),
    );
    start();
    await socket.until('processing');
    const live = await openSession(server, '/async/live/transcribe');
    live.start();
    await live.socket.next();
    expect(server.clock.waiting().length).toBeGreaterThan(0);
    await server.close();
    await socket.closed;
    await live.socket.closed;
    expect(server.clock.waiting()).toEqual([]);
  });
});

test('the latency delays every answer and confirmation, measured on the clock', async () => {
  const server = await sandbox({ latencyMs: 300 });
  const reply = call(server.url, '/transcriptions', { authorization: KEY });
  let isAnswered = false;
  void reply.then(() => {
    isAnswered = true;
  });
  const target = urlTarget('http://localhost/a.wav');
  const socket = await openSocket(server, target);
  socket.send(hello(KEY, target));
  const confirmed = socket.next();
  const held = () => server.clock.waiting().filter((ms) => ms <= 300).length;
  await eventually(() => held() === 2);
  await server.clock.advance(299);
  expect([isAnswered, held()]).toEqual([false, 2]);
  await server.clock.advance(1);
  expect((await reply).status).toBe(200);
  expect(await confirmed).toHaveProperty('session');
});

test('many delayed answers cause no warning of Node.js', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => {
    process.off('warning', note);
  });
  const server = await sandbox({ latencyMs: 300 });
  const replies = Array.from({ length: 20 }, () => call(server.url, '/sandbox/clip.txt'));
  await eventually(() => server.clock.waiting().length === 20);
  await server.clock.advance(300);
  await Promise.all(replies);
  expect(warnings).toEqual([]);
});

test('the log has a line for each request, without a key, a token or a query', async () => {
  const server = await sandbox();
  const token = await mintBearer(server);
  const bare = token.slice('Bearer '.length);
  await call(server.url, `/transcriptions?leak=${bare}`, { authorization: token });
  await call(server.url, `/${KEY}/${bare}?x=${KEY}`, { authorization: KEY });
  await call(server.url, `/transcriptions/${bare}`, { authorization: KEY });
  await call(server.url, '/transcriptions', { authorization: `${KEY}x` });
  const target = urlTarget(`${server.url}/sandbox/clip.wav?leak=${KEY}`);
  const { start, socket } = await openSession(server, target);
  start();
  await socket.until('done');
  const refused = await openSocket(server, target);
  refused.send(hello(token, target));
  await refused.closed;
  expect(server.lines).toEqual(
    expect.arrayContaining([
      'GET /security/generate-token 200 0 ms',
      'GET /transcriptions 200 0 ms',
      'GET (withheld: the path may contain a key or a token) 404 there is no such call',
      'GET /transcriptions/:id 404 there is no such transcription',
      'GET /transcriptions 401 unknown API key or auth token',
      'WS /async/transcribe/url 101',
      'WS /async/transcribe/url 401 one-time auth token already used',
    ]),
  );
  const all = server.lines.join('\n');
  for (const hidden of [KEY, bare]) {
    for (const form of [
      hidden,
      Buffer.from(hidden).toString('base64').replace(/=+$/, ''),
      Buffer.from(hidden).toString('hex'),
      encodeURIComponent(hidden),
    ]) {
      expect(all).not.toContain(form);
    }
  }
  expect(all).not.toContain('?');
});

describe('the library function for a sandbox', () => {
  test('needs no options, generates a new key each time, and counts requests', async () => {
    const first = await startSandbox();
    const second = await startSandbox({ port: 0 });
    try {
      expect(first.apiKey).toMatch(/^sandbox-[\w-]{20,}$/);
      expect(second.apiKey).not.toBe(first.apiKey);
      const path = '/security/generate-token';
      expect((await call(first.url, path, { authorization: first.apiKey })).status).toBe(200);
      expect((await call(first.url, path, { authorization: second.apiKey })).status).toBe(401);
      expect(first.stats()).toEqual({ requests: 2, mints: 1, sessions: 0, starts: 0 });
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  test.each([
    [{ apiKey: '' }, 'key_empty'],
    [{ apiKey: 'two words' }, 'key_malformed'],
    [{ faults: ['nonsense'] }, 'invalid_value'],
    [{ port: 70_000 }, 'invalid_value'],
    [{ port: 1.5 }, 'invalid_value'],
  ])('rejects %j with %s', async (options, code) => {
    await expect(startSandbox(options)).rejects.toMatchObject({ code });
  });

  test('accepts a key', async () => {
    const server = await startSandbox({ apiKey: KEY });
    try {
      expect((await call(server.url, '/polyglot', { authorization: KEY })).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

test('a port that is in use causes cannot_listen, with a hint', async () => {
  const server = await sandbox();
  const port = Number(new URL(server.url).port);
  await expect(
    startServer({ port, apiKey: secret(KEY), clock: fakeClock() }),
  ).rejects.toMatchObject({ code: 'cannot_listen', hint: expect.stringContaining('--port') });
});
