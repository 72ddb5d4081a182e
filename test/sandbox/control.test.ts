import { describe, expect, test } from 'vitest';
import { secret } from '../../src/core/secret';
import { startSandbox } from '../../src/sandbox/index';
import { fingerprintOf } from '../../src/store/fingerprint';
import {
  type CallOptions,
  call,
  eventually,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  sendRaw,
  silence,
  type TestSandbox,
  urlTarget,
  webServer,
} from './support';

const clip = (server: TestSandbox) => urlTarget(`${server.url}/sandbox/clip.wav`);
const control = (server: TestSandbox, line: string, body?: unknown, options: CallOptions = {}) => {
  const [method = '', path = ''] = line.split(' ');
  return call(server.url, path, {
    ...{ method, authorization: KEY },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...options,
  });
};
const mint = (server: TestSandbox, query = '') =>
  call(server.url, `/security/generate-token${query}`, { authorization: KEY });

const CLOSED = [
  'POST /sandbox/reset',
  'GET /sandbox/faults',
  'PUT /sandbox/faults',
  'DELETE /sandbox/faults',
  'GET /sandbox/requests',
  'POST /sandbox/clock',
];

describe('the calls that control a sandbox', () => {
  test('/sandbox/ready needs no key', async () => {
    const server = await sandbox();
    const reply = await call(server.url, '/sandbox/ready');
    expect([reply.status, reply.json]).toEqual([200, { ready: true }]);
    expect(server.stats().requests).toBe(0);
    expect([server.lines, server.requests()]).toEqual([[], []]);
  });

  test.each(CLOSED)('S57 %s accepts only the API key', async (line) => {
    const server = await sandbox();
    const token = await mintBearer(server);
    for (const authorization of [undefined, token, `Bearer ${KEY}`, KEY.slice(1), `${KEY}x`, '']) {
      const body = line.startsWith('P') ? {} : undefined;
      const reply = await control(server, line, body, { authorization } as CallOptions);
      expect([reply.status, reply.json]).toEqual([
        401,
        {
          ...{ status: 'error', data: null, http_code: 401 },
          error: 'this call requires the API key of the sandbox',
        },
      ]);
    }
    expect(server.lines.at(-1)).toBe(`${line} 401 this call requires the API key of the sandbox`);
    // The refused call must not use up the token.
    expect((await call(server.url, '/polyglot', { authorization: token })).status).toBe(200);
  });

  test('S55 S56 web pages and requests with another Host are refused', async () => {
    const server = await sandbox({ allowOrigins: ['https://app.example.com'] });
    for (const origin of ['http://localhost:5173', 'https://app.example.com']) {
      for (const method of ['GET', 'OPTIONS']) {
        const headers = { origin, 'access-control-request-method': 'POST' };
        const reply = await control(server, `${method} /sandbox/requests`, undefined, { headers });
        expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-'))).toEqual([]);
      }
    }
    for (const path of ['/sandbox/ready', '/sandbox/requests']) {
      const head = `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nAuthorization: ${KEY}\r\n`;
      expect(await sendRaw(server.url, `${head}Connection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 421 /,
      );
    }
    const named = await sandbox({ publicOrigins: ['https://box.example.dev'] });
    const head =
      'GET /sandbox/ready HTTP/1.1\r\nHost: box.example.dev\r\nConnection: close\r\n\r\n';
    expect(await sendRaw(named.url, head)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('no other paths exist below /sandbox', async () => {
    const server = await sandbox();
    for (const line of ['DELETE /sandbox/requests', 'GET /sandbox/reset', 'GET /sandbox/other']) {
      const { status, json } = await control(server, line);
      expect([status, json.error]).toEqual([404, 'there is no such call']);
    }
  });
});

describe('faults', () => {
  test('can be listed, replaced and removed', async () => {
    const server = await sandbox({ faults: ['read:503*3'] });
    const listed = async () => (await control(server, 'GET /sandbox/faults')).json;
    expect(await listed()).toEqual({ faults: ['read:503*3'] });
    const faults = ['mint:503*2', 'mint:429:retry-after=2@0', 'promise:reusable', 'clock:+1h'];
    const put = await control(server, 'PUT /sandbox/faults', { faults });
    expect([put.status, put.json]).toEqual([200, { faults }]);
    expect((await mint(server)).status).toBe(503);
    expect(await listed()).toEqual({ faults: ['mint:503*1', ...faults.slice(1)] });
    expect((await mint(server)).status).toBe(503);
    const minted = await mint(server);
    expect(minted.status).toBe(200);
    expect(minted.headers.date).toBe('Tue, 24 Nov 2026 11:00:00 GMT');
    expect((await control(server, 'DELETE /sandbox/faults')).json).toEqual({ faults: [] });
    expect((await mint(server)).headers.date).toBe('Tue, 24 Nov 2026 10:00:00 GMT');
    expect((await call(server.url, '/transcriptions', { authorization: KEY })).status).toBe(200);
  });

  test('break a promise until they are removed', async () => {
    const server = await sandbox();
    const access = async () => {
      const authorization = `Bearer ${(await mint(server)).json.data}`;
      return (await call(server.url, '/async/transcribe/url', { method: 'POST', authorization }))
        .status;
    };
    expect(await access()).toBe(403);
    server.fail('promise:default-readonly');
    expect(await access()).toBe(400);
    await control(server, 'DELETE /sandbox/faults');
    expect(await access()).toBe(403);
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['not JSON', '{"faults":'],
    ['a list', ['mint:503']],
    ['faults that are not a list', { faults: 'mint:503' }],
    ['faults that are not texts', { faults: [503] }],
    ['an unknown fault', { faults: ['sing:loudly'] }],
    ['an unknown promise', { faults: ['promise:canary-word'] }],
    ['too deeply nested', `${'['.repeat(70)}${']'.repeat(70)}`],
    ['too many', { faults: Array(101).fill('mint:503') }],
    ['too long', { faults: [`mint:503${' '.repeat(300)}`] }],
  ])(
    'do not change after an invalid body (%s), and the answer is 400 with a reason',
    async (_what, body) => {
      const server = await sandbox({ faults: ['read:503*3'] });
      const { status, json } = await control(server, 'PUT /sandbox/faults', body);
      expect(status).toBe(400);
      expect(json).toMatchObject({ status: 'error', data: null, http_code: 400 });
      expect(json.error).toMatch(
        /^(the body must (be|have) |Unknown (fault|promise)|Too many faults)/,
      );
      expect(JSON.stringify(json)).not.toMatch(/canary|loudly/);
      expect((await control(server, 'GET /sandbox/faults')).json).toEqual({
        faults: ['read:503*3'],
      });
    },
  );

  test('cannot be replaced with a body above the limit: the answer is 413', async () => {
    const server = await sandbox();
    const body = { faults: ['x'.repeat(70_000)] };
    expect((await control(server, 'PUT /sandbox/faults', body)).status).toBe(413);
  });

  test('do not affect the control calls', async () => {
    const server = await sandbox({ faults: ['body:garbage', 'version:missing', 'redirect'] });
    const { status, json } = await control(server, 'GET /sandbox/faults');
    expect([status, json.faults.length]).toEqual([200, 3]);
  });
});

describe('the list of requests', () => {
  test('contains fingerprints instead of credentials, and the options of each mint', async () => {
    const server = await sandbox();
    const token = await mintBearer(server, 'access=readwrite&lifetime_s=7&one_time=false');
    await call(server.url, '/transcriptions?leak=yes', { authorization: token });
    await call(server.url, '/transcriptions', { authorization: 'Bearer unknown' });
    await call(server.url, '/nowhere');
    await openSession(server, clip(server), token);
    await call(server.url, '/sandbox/clip.wav');
    const key = fingerprintOf(secret(KEY));
    const bare = fingerprintOf(secret(token.slice('Bearer '.length)));
    const ok = { at: '2026-11-24T10:00:00.000Z', code: null };
    const expected = [
      {
        ...{ ...ok, method: 'GET', path: '/security/generate-token', credential: key, status: 200 },
        options: { access: 'readwrite', lifetime_s: 7, one_time: false },
      },
      { ...ok, method: 'GET', path: '/transcriptions', credential: bare, status: 200 },
      {
        ...{ ...ok, method: 'GET', path: '/transcriptions', status: 401 },
        ...{ code: 'credential_unknown', credential: fingerprintOf(secret('unknown')) },
      },
      {
        ...{ ...ok, method: 'GET', path: '/nowhere', credential: null },
        ...{ status: 404, code: 'not_found' },
      },
      { ...ok, method: 'WS', path: '/async/transcribe/url', credential: bare, status: 101 },
    ];
    const { json, body } = await control(server, 'GET /sandbox/requests');
    expect(json).toEqual(expected);
    expect(server.requests()).toEqual(expected);
    for (const hidden of [KEY, token.slice('Bearer '.length), 'unknown', 'leak']) {
      expect(String(body).replace('credential_unknown', '')).not.toContain(hidden);
    }
  });

  test('has a maximum length, and drops the oldest requests first', async () => {
    const server = await sandbox();
    for (let count = 0; count < 1100; count += 1) {
      await call(server.url, count < 100 ? '/old' : '/new');
    }
    const { json } = await control(server, 'GET /sandbox/requests');
    expect(json.length).toBe(1000);
    expect(new Set(json.map(({ path }: { path: string }) => path))).toEqual(new Set(['/new']));
  });
});

describe('the clock', () => {
  test('can be advanced: then tokens expire, and answers have the later time', async () => {
    const server = await sandbox();
    const token = await mintBearer(server, 'access=readwrite&lifetime_s=60');
    const { status, json } = await control(server, 'POST /sandbox/clock', { advance: '1m' });
    expect([status, json]).toEqual([200, { now: '2026-11-24T10:01:00.000Z' }]);
    const reply = await call(server.url, '/transcriptions', { authorization: token });
    expect([reply.status, reply.json.error]).toEqual([401, 'auth token expired']);
    expect(reply.headers.date).toBe('Tue, 24 Nov 2026 10:01:00 GMT');
    // The log says that the call took 0 ms, although the call advanced the clock by a minute.
    expect(server.lines).toContain('POST /sandbox/clock 200 0 ms');
  });

  test('runs due timers in order before the call is answered', async () => {
    const server = await sandbox();
    const live = await openSession(server, '/async/live/transcribe?timeout_period_s=20');
    live.start();
    await live.socket.until('processing');
    await server.advance(19_999);
    await live.socket.ping();
    expect(server.lines.at(-1)).toContain('started');
    await server.advance(1);
    await live.socket.until('done');
  });

  test('does not end a running transfer of audio when it is advanced', async () => {
    let answer = () => {};
    const web = await webServer({
      '/a.wav': (_, response) => {
        answer = () => response.end(silence(1));
        response.writeHead(200, { 'content-type': 'audio/wav' }).flushHeaders();
      },
    });
    const server = await sandbox();
    const { start, socket } = await openSession(server, urlTarget(`${web.url}/a.wav`));
    start();
    await eventually(() => web.seen.length > 0);
    await server.advance(3_600_000);
    answer();
    expect((await socket.until('done')).at(-1).data.timeline).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['a number', { advance: 30 }],
    ['an invalid duration', { advance: 'soon' }],
    ['more than a day', { advance: '25h' }],
    ['a negative duration', { advance: '-30s' }],
  ])('cannot be advanced with %s: the answer is 400 with a reason', async (_what, body) => {
    const server = await sandbox();
    const { status, json } = await control(server, 'POST /sandbox/clock', body);
    expect([status, json.error]).toEqual([400, expect.stringMatching(/^the body must (be|have) /)]);
    expect((await mint(server)).headers.date).toBe('Tue, 24 Nov 2026 10:00:00 GMT');
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 86_400_001, '5' as unknown as number])(
    'cannot be advanced by advance(%j)',
    async (ms) => {
      const server = await sandbox();
      await expect(server.advance(ms)).rejects.toMatchObject({ code: 'invalid_value' });
    },
  );
});

describe('a reset of the sandbox', () => {
  test('restores the state at the start', async () => {
    const server = await sandbox({ faults: ['read:503*1'] });
    const token = await mintBearer(server);
    const { socket, session, start } = await openSession(server, clip(server));
    start();
    await socket.until('done');
    expect((await call(server.url, '/transcriptions', { authorization: KEY })).status).toBe(503);
    server.fail('mint:503');
    await server.advance(5000);
    const idle = await openSocket(server, clip(server));

    const { status, json } = await control(server, 'POST /sandbox/reset');
    expect([status, json]).toEqual([200, { reset: true }]);
    expect(await idle.closed).toBe(1006);
    expect(server.stats()).toEqual({ requests: 0, mints: 0, sessions: 0, starts: 0 });
    expect(server.requests()).toEqual([]);
    expect((await control(server, 'GET /sandbox/faults')).json).toEqual({ faults: ['read:503*1'] });
    await control(server, 'DELETE /sandbox/faults');
    const reply = await call(server.url, '/transcriptions', { authorization: token });
    expect([reply.status, reply.json.error]).toEqual([401, 'unknown API key or auth token']);
    expect(reply.headers.date).toBe('Tue, 24 Nov 2026 10:00:00 GMT');
    const gone = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(gone.status).toBe(404);
    const again = await openSession(server, clip(server));
    again.start();
    expect((await again.socket.until('done')).length).toBeGreaterThan(1);
  });

  test('ends delayed answers and running work, and leaves no timer', async () => {
    const server = await sandbox({ latencyMs: 60_000, paceMs: 1000 });
    const held = call(server.url, '/transcriptions', { authorization: KEY });
    const failure = expect(held).rejects.toThrow();
    while (server.clock.waiting().length === 0) await new Promise((go) => setImmediate(go));
    server.reset();
    await failure;
    expect(server.clock.waiting()).toEqual([]);
    expect(await call(server.url, '/sandbox/ready')).toMatchObject({ status: 200 });
  });
});

describe('a sandbox of the library', () => {
  test('can be controlled without HTTP', async () => {
    const server = await startSandbox();
    try {
      const authorization = server.apiKey;
      const path = '/security/generate-token';
      server.fail('mint:503*1', 'read:429*1');
      expect((await call(server.url, path, { authorization })).status).toBe(503);
      const { json } = await call(server.url, `${path}?lifetime_s=30`, { authorization });
      expect(server.requests()).toMatchObject([
        { path, status: 503, code: 'injected_fault' },
        { path, status: 200, options: { access: 'readonly', lifetime_s: 30, one_time: true } },
      ]);
      await server.advance(30_000);
      const bearer = { authorization: `Bearer ${json.data}` };
      expect((await call(server.url, '/polyglot', bearer)).json.error).toBe('auth token expired');
      expect(() => server.fail('sing:loudly')).toThrow('Unknown fault.');
      server.reset();
      expect(server.requests()).toEqual([]);
      expect((await call(server.url, '/polyglot', { authorization })).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('lists a refused upgrade among its requests', async () => {
    const server = await sandbox();
    const target = clip(server);
    const socket = await openSocket(server, target);
    socket.send(hello('Bearer nothing', target));
    await socket.closed;
    expect(server.requests()).toMatchObject([
      { method: 'WS', path: '/async/transcribe/url', status: 401, code: 'credential_unknown' },
    ]);
  });
});
