import { createServer, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendAnswer } from '../../src/sandbox/send-answer';
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
  type TestSandbox,
  urlTarget,
} from './support';

const MIB = 1024 * 1024;
const READS = [
  '/transcriptions',
  '/transcriptions/some-id',
  '/billing/details',
  '/polyglot',
  '/polyglot/some-id',
];
const clip = (server: TestSandbox) => urlTarget(`${server.url}/sandbox/clip.wav`);
const read = (server: TestSandbox, path = '/polyglot', authorization = KEY) =>
  call(server.url, path, { authorization });
const rawRead = (server: TestSandbox) =>
  `GET /polyglot HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nAuthorization: ${KEY}\r\n\r\n`;

describe('the fault read', () => {
  test.each(READS)(
    '%s answers with the status of the fault if the credential may read',
    async (path) => {
      const server = await sandbox({ faults: ['read:503*1'] });
      const usual = await read(await sandbox(), path);
      expect((await read(server, path, 'wrong')).status).toBe(401);
      const reply = await read(server, path);
      expect(reply.status).toBe(503);
      expect(reply.headers['retry-after']).toBeUndefined();
      expect(reply.json).toMatchObject({ status: 'error', data: null, http_code: 503 });
      expect((await read(server, path)).status).toBe(usual.status);
    },
  );

  test('sends Retry-After if the fault has it', async () => {
    const server = await sandbox({ faults: ['read:429:retry-after=7'] });
    expect((await read(server)).headers['retry-after']).toBe('7');
  });

  test('does not affect minting and transcribing', async () => {
    const server = await sandbox({ faults: ['read:500'] });
    await mintBearer(server);
    const path = `/async/transcribe/url?url=${encodeURIComponent(`${server.url}/sandbox/clip.wav`)}`;
    const posted = await call(server.url, path, { method: 'POST', authorization: KEY });
    expect(posted.status).toBe(200);
    const { socket, start } = await openSession(server, clip(server));
    start();
    await socket.until('done');
  });
});

describe('the fault redirect', () => {
  test('redirects every call, and the call has no effect', async () => {
    const server = await sandbox({ faults: ['redirect*4'] });
    for (const path of ['/security/generate-token', '/polyglot', '/no/such/path']) {
      const reply = await read(server, path);
      expect([reply.status, reply.headers.location, reply.body.length]).toEqual([
        302,
        'https://example.invalid/',
        0,
      ]);
      expect(reply.headers['x-api-version']).toBe('1.1.0');
    }
    const path = `/async/transcribe/url?url=${encodeURIComponent(`${server.url}/a.wav`)}`;
    const posted = await call(server.url, path, { method: 'POST', authorization: KEY });
    expect(posted.status).toBe(302);
    expect(server.stats()).toMatchObject({ requests: 4, mints: 0, sessions: 0 });
    expect((await read(server)).status).toBe(200);
  });

  test('does not affect the clip, preflights and WebSockets', async () => {
    const server = await sandbox({ faults: ['redirect'] });
    const preflight = await call(server.url, '/polyglot', { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    const { socket, start } = await openSession(server, clip(server));
    start();
    const [last] = (await socket.until('done')).slice(-1);
    expect(last.data.timeline).toHaveLength(3);
  });
});

describe('faults of the body', () => {
  test('truncate closes the connection before content-length is reached', async () => {
    const server = await sandbox({ faults: ['body:truncate*2'] });
    const whole = '{"status":"done","data":[]}';
    const answer = await sendRaw(server.url, rawRead(server));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(`content-length: ${whole.length}\r\n`);
    expect(answer.split('\r\n\r\n')[1]).toBe(whole.slice(0, whole.length / 2));
    await expect(read(server, '/polyglot', 'wrong')).rejects.toThrow('aborted');
    expect((await read(server)).json).toEqual({ status: 'done', data: [] });
  });

  test('stall sends half of the body and keeps the connection open', async () => {
    const server = await sandbox({ faults: ['body:stall*1'] });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    let answer = '';
    let ended = false;
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => {
      ended = true;
    });
    socket.write(rawRead(server));
    await eventually(() => answer.endsWith('\r\n\r\n{"status":"do'));
    for (let round = 0; round < 5; round += 1) expect((await read(server)).status).toBe(200);
    expect(answer).toContain('content-length: 27\r\n');
    expect(answer).toMatch(/\r\n\r\n\{"status":"do$/);
    expect(ended).toBe(false);
    await server.close();
    await eventually(() => ended);
  });

  test('garbage is HTML with status 200', async () => {
    const server = await sandbox({ faults: ['body:garbage*2'] });
    for (const authorization of [KEY, 'wrong']) {
      const reply = await read(server, '/security/generate-token', authorization);
      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(String(reply.body)).toMatch(/^<!doctype html>/);
      expect(reply.headers['x-api-version']).toBe('1.1.0');
    }
    expect((await read(server)).json).toEqual({ status: 'done', data: [] });
    expect(server.lines).toEqual([
      'GET /security/generate-token 200 0 ms (body:garbage)',
      'GET /security/generate-token 401 unknown API key or auth token (body:garbage)',
      'GET /polyglot 200 0 ms',
    ]);
  });

  test('huge is JSON above every size limit', async () => {
    const server = await sandbox({ faults: ['body:huge*1'] });
    const reply = await read(server);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-length']).toBeUndefined();
    expect(reply.json.status).toBe('done');
    expect(reply.json.data.length).toBe(16 * MIB);
    expect((await read(server)).json).toEqual({ status: 'done', data: [] });
  });

  test('huge waits for a client that does not read, and stops when the client disconnects', async () => {
    let sent: ServerResponse | undefined;
    const server = createServer((_, response) => {
      sent = response;
      const answer = { status: 200, headers: {}, body: '{}' };
      const [point, action] = ['body', 'huge'] as const;
      sendAnswer(response, answer, {
        point,
        action,
        values: {},
        times: 1,
        probability: 1,
        text: 'body:huge',
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const outgoing = request({ port, host: '127.0.0.1', agent: false });
    outgoing.on('error', () => {});
    const incoming = await new Promise<NodeJS.EventEmitter>((resolve) => {
      outgoing.on('response', resolve).end();
    });
    incoming.on('error', () => {});
    await eventually(() => sent?.writableNeedDrain === true);
    const other = await sandbox();
    for (let round = 0; round < 5; round += 1) await read(other);
    expect(sent?.writableLength).toBeLessThan(MIB);
    expect(sent?.writableEnded).toBe(false);
    outgoing.destroy();
    await eventually(() => sent?.destroyed === true);
    expect(sent?.writableFinished).toBe(false);
  });

  test.each(['truncate', 'stall', 'garbage', 'huge'])(
    '%s does not affect or count preflights, redirects and the clip',
    async (action) => {
      const server = await sandbox({ faults: [`body:${action}`, 'redirect'] });
      expect((await call(server.url, '/polyglot', { method: 'OPTIONS' })).status).toBe(204);
      expect((await read(server)).status).toBe(302);
      expect((await call(server.url, '/sandbox/clip.wav')).body.subarray(0, 4)).toEqual(
        Buffer.from('RIFF'),
      );
      expect(String((await call(server.url, '/sandbox/clip.txt')).body)).toMatch(/^A token/);
    },
  );
});

describe('faults of tokens', () => {
  test.each([
    ['token:expired', 'auth token expired'],
    ['token:spent', 'one-time auth token already used'],
  ])('%s refuses the first uses of valid tokens', async (fault, error) => {
    const server = await sandbox({ faults: [`${fault}*2`] });
    const token = await mintBearer(server);
    expect((await read(server)).status).toBe(200);
    expect((await read(server, '/polyglot', 'Bearer unknown')).json.error).toMatch(/^unknown/);
    expect((await read(server, '/polyglot', token)).json).toMatchObject({ http_code: 401, error });
    const socket = await openSocket(server, clip(server));
    socket.send(hello(token, clip(server)));
    expect(await socket.next()).toMatchObject({ http_code: 401, error });
    expect((await read(server, '/polyglot', token)).status).toBe(200);
  });

  test('a refused one-time token is not used up', async () => {
    const server = await sandbox({ faults: ['token:expired*1'] });
    const token = await mintBearer(server, 'one_time=true');
    const statuses = [];
    for (let round = 0; round < 3; round += 1) {
      statuses.push((await read(server, '/polyglot', token)).status);
    }
    expect(statuses).toEqual([401, 200, 401]);
  });

  test('an expired or used token does not count as a refusal of the fault', async () => {
    const server = await sandbox({ faults: ['token:spent*1'] });
    const token = await mintBearer(server, 'lifetime_s=1');
    await server.clock.advance(1000);
    const fresh = await mintBearer(server);
    const error = async (authorization: string) =>
      (await read(server, '/polyglot', authorization)).json.error;
    expect(await error(token)).toBe('auth token expired');
    expect(await error(fresh)).toBe('one-time auth token already used');
  });
});

describe('the fault clock', () => {
  const START = 'Tue, 24 Nov 2026 10:00:00 GMT';

  test.each([
    [[], START, '2026-11-24T10:00:00.000Z'],
    [['clock:+1h'], 'Tue, 24 Nov 2026 11:00:00 GMT', '2026-11-24T11:00:00.000Z'],
    [['clock:-10m'], 'Tue, 24 Nov 2026 09:50:00 GMT', '2026-11-24T09:50:00.000Z'],
    [['clock:+30s', 'clock:+1h'], 'Tue, 24 Nov 2026 10:00:30 GMT', '2026-11-24T10:00:30.000Z'],
  ])('with %j shifts the time in every answer', async (faults, date, stamp) => {
    const server = await sandbox({ faults });
    for (const path of ['/polyglot', '/no/such/path', '/sandbox/clip.txt']) {
      expect((await read(server, path)).headers.date).toBe(date);
    }
    expect(await sendRaw(server.url, 'nonsense\r\n\r\n')).toContain(`date: ${date}\r\n`);
    const { socket, session, start } = await openSession(server, clip(server));
    expect(socket.upgradeHeaders().date).toBe(date);
    start();
    const [last] = (await socket.until('done')).slice(-1);
    expect([last.data.start, last.data.end]).toEqual([stamp, stamp]);
    const details = await read(server, `/transcriptions/${session}`);
    expect(details.json.data.start).toBe(stamp);
    const billing = await read(server, '/billing/details');
    expect(billing.json.data.active_plan.start_date).toBe(stamp);
  });

  test.each(['clock:+1h', 'clock:-1h'])(
    '%s does not change the lifetime of tokens',
    async (fault) => {
      const server = await sandbox({ faults: [fault] });
      const token = await mintBearer(server, 'lifetime_s=10&one_time=false');
      await server.clock.advance(9_999);
      expect((await read(server, '/polyglot', token)).status).toBe(200);
      await server.clock.advance(1);
      expect((await read(server, '/polyglot', token)).json.error).toBe('auth token expired');
    },
  );
});
