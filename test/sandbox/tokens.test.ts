import { describe, expect, test } from 'vitest';
import { secret } from '../../src/core/secret';
import { createFaults } from '../../src/sandbox/faults';
import { createRules } from '../../src/sandbox/rules';
import { createTokens } from '../../src/sandbox/tokens';
import { fakeClock } from '../../src/system/clock';
import { call, hello, KEY, mintBearer, openSocket, sandbox, urlTarget } from './support';

const MINT = '/security/generate-token';

describe('minting', () => {
  test('returns a token that cannot be guessed, in the documented format', async () => {
    const server = await sandbox();
    const first = await call(server.url, MINT, { authorization: KEY });
    const second = await call(server.url, MINT, { authorization: KEY });
    expect(first.status).toBe(200);
    expect(first.json).toEqual({
      status: 'done',
      data: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(second.json.data).not.toBe(first.json.data);
    expect(server.stats().mints).toBe(2);
  });

  test.each([
    'access=readonly&access=readwrite',
    'lifetime_s=5&lifetime_s=6',
    'one_time=true&one_time=',
  ])('fails if a parameter occurs twice: %s', async (query) => {
    const server = await sandbox();
    const path = `/security/generate-token?${query}`;
    const { status, json } = await call(server.url, path, { authorization: KEY });
    expect([status, json.error]).toEqual([400, expect.stringMatching(/must be given once$/)]);
    expect(server.stats().mints).toBe(0);
  });

  test('defaults to readonly, 10 seconds and one-time', async () => {
    const server = await sandbox();
    const target = urlTarget('http://127.0.0.1:1/a.wav');
    const billed = await call(server.url, target, {
      method: 'POST',
      authorization: await mintBearer(server, ''),
    });
    expect(billed.status).toBe(403);

    const once = await mintBearer(server, '');
    expect((await call(server.url, '/transcriptions', { authorization: once })).status).toBe(200);
    expect((await call(server.url, '/transcriptions', { authorization: once })).status).toBe(401);

    const reusable = await mintBearer(server, 'one_time=false');
    await server.clock.advance(9_999);
    expect((await call(server.url, '/transcriptions', { authorization: reusable })).status).toBe(
      200,
    );
    await server.clock.advance(1);
    expect((await call(server.url, '/transcriptions', { authorization: reusable })).status).toBe(
      401,
    );
  });

  test.each([
    ['lifetime_s=1', 200],
    ['lifetime_s=120', 200],
    ['lifetime_s=1.5', 200],
    ['lifetime_s=0', 400],
    ['lifetime_s=0.9', 400],
    ['lifetime_s=121', 400],
    ['lifetime_s=120.1', 400],
    ['lifetime_s=-5', 400],
    ['lifetime_s=abc', 400],
    ['lifetime_s=1e1', 400],
    ['lifetime_s=0x10', 400],
    ['lifetime_s=NaN', 400],
    ['access=readonly', 200],
    ['access=readwrite', 200],
    ['access=admin', 400],
    ['one_time=true', 200],
    ['one_time=false', 200],
    ['one_time=1', 400],
    ['access=&lifetime_s=&one_time=', 200],
  ])('%s answers %i', async (query, status) => {
    const server = await sandbox();
    const reply = await call(server.url, `${MINT}?${query}`, { authorization: KEY });
    expect(reply.status).toBe(status);
    expect(server.stats().mints).toBe(status === 200 ? 1 : 0);
    if (status === 400) {
      expect(reply.json).toMatchObject({ status: 'error', data: null, http_code: 400 });
      expect(reply.json.error).toEqual(expect.any(String));
    }
  });

  test('is refused to a token, and the attempt spends the token', async () => {
    const server = await sandbox();
    const token = await mintBearer(server);
    const tried = await call(server.url, MINT, { authorization: token });
    expect([tried.status, tried.json.error]).toEqual([
      403,
      'an auth token cannot generate auth tokens',
    ]);
    const after = await call(server.url, '/transcriptions', { authorization: token });
    expect(after.json.error).toBe('one-time auth token already used');
    expect(server.stats().mints).toBe(1);
  });
});

describe('credentials', () => {
  test.each([
    ['nothing', undefined, 'no credentials'],
    ['an empty value', '', 'no credentials'],
    ['another key', 'another-key', 'unknown API key or auth token'],
    ['a prefix of the key', KEY.slice(0, -1), 'unknown API key or auth token'],
    ['a longer key', `${KEY}x`, 'unknown API key or auth token'],
    ['the key with a scheme', `Bearer ${KEY}`, 'unknown API key or auth token'],
    ['an unknown token', 'Bearer abc', 'unknown API key or auth token'],
    ['another scheme', `Basic ${KEY}`, 'unknown API key or auth token'],
  ])('%s gets 401', async (_, authorization, error) => {
    const server = await sandbox();
    for (const path of [MINT, '/transcriptions', '/transcriptions/x', '/billing/details']) {
      const reply = await call(
        server.url,
        path,
        authorization === undefined ? {} : { authorization },
      );
      expect([path, reply.status, reply.json]).toEqual([
        path,
        401,
        { status: 'error', data: null, http_code: 401, error },
      ]);
    }
    expect(server.stats().mints).toBe(0);
  });

  test('a token without Bearer is unknown, and is not spent', async () => {
    const server = await sandbox();
    const bearer = await mintBearer(server);
    const bare = await call(server.url, '/transcriptions', {
      authorization: bearer.slice('Bearer '.length),
    });
    expect([bare.status, bare.json.error]).toEqual([401, 'unknown API key or auth token']);
    expect((await call(server.url, '/transcriptions', { authorization: bearer })).status).toBe(200);
  });

  test('neither a key nor a token is accepted in a query', async () => {
    const server = await sandbox();
    const token = (await mintBearer(server)).slice('Bearer '.length);
    for (const value of [KEY, token, `Bearer%20${token}`]) {
      for (const name of ['authorization', 'Authorization', 'api_key', 'token', 'access_token']) {
        const reply = await call(server.url, `/transcriptions?${name}=${value}`);
        expect([name, reply.status]).toEqual([name, 401]);
      }
    }
    const target = `${urlTarget(`${server.url}/sandbox/clip.wav`)}&authorization=Bearer%20${token}`;
    const socket = await openSocket(server, target, { authorization: `Bearer ${token}` });
    socket.send(hello(undefined, target));
    expect(await socket.next()).toMatchObject({ http_code: 401, error: 'no credentials' });
    expect(
      (await call(server.url, '/transcriptions', { authorization: `Bearer ${token}` })).status,
    ).toBe(200);
  });

  test('the API key without a scheme is accepted by every call', async () => {
    const server = await sandbox();
    for (const path of ['/transcriptions', '/billing/details', '/polyglot', MINT]) {
      const reply = await call(server.url, path, { authorization: KEY });
      expect([path, reply.status, reply.json.status]).toEqual([path, 200, 'done']);
    }
  });
});

describe('a token', () => {
  test('expires on the clock that never jumps', async () => {
    const server = await sandbox();
    const token = await mintBearer(server, 'lifetime_s=10&one_time=false');
    server.clock.jump(3_600_000);
    expect((await call(server.url, '/transcriptions', { authorization: token })).status).toBe(200);
    server.clock.jump(-7_200_000);
    await server.clock.advance(10_000);
    const reply = await call(server.url, '/transcriptions', { authorization: token });
    expect([reply.status, reply.json.error]).toEqual([401, 'auth token expired']);
  });

  test('stays spent when it also expires', async () => {
    const server = await sandbox();
    const token = await mintBearer(server, 'lifetime_s=10');
    await call(server.url, '/transcriptions', { authorization: token });
    await server.clock.advance(60_000);
    const reply = await call(server.url, '/transcriptions', { authorization: token });
    expect([reply.status, reply.json.error]).toEqual([401, 'one-time auth token already used']);
  });

  test.each([
    ['GET', '/transcriptions/unknown', 404],
    ['GET', '/polyglot/unknown', 404],
    ['POST', '/async/transcribe/url?url=nonsense', 400],
    ['POST', '/transcription/unknown/translate?languages=de', 404],
    ['PATCH', '/live/transcribe/unknown/stop', 404],
  ])('is spent by %s %s, which answers with %i', async (method, path, status) => {
    const server = await sandbox();
    const token = await mintBearer(server);
    expect((await call(server.url, path, { method, authorization: token })).status).toBe(status);
    const reply = await call(server.url, '/transcriptions', { authorization: token });
    expect(reply.json.error).toBe('one-time auth token already used');
  });

  test('that is one-time works for exactly one of many requests at the same time', async () => {
    const server = await sandbox();
    const token = await mintBearer(server);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const reply = await call(server.url, '/transcriptions', { authorization: token });
        return reply.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  test('that is one-time is spent by a session, and cannot open one after another use', async () => {
    const server = await sandbox();
    const token = await mintBearer(server);
    const target = urlTarget(`${server.url}/sandbox/clip.wav`);
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(server, target)));
    for (const socket of sockets) socket.send(hello(token, target));
    const answers = await Promise.all(sockets.map((socket) => socket.next()));
    expect(answers.filter((answer) => 'session' in answer)).toHaveLength(1);
    expect(
      answers.filter((answer) => answer.error === 'one-time auth token already used'),
    ).toHaveLength(2);
    expect((await call(server.url, '/transcriptions', { authorization: token })).status).toBe(401);
  });

  test.each([
    ['POST', '/async/transcribe/url?url=http%3A%2F%2F127.0.0.1%3A1%2Fa.wav'],
    ['POST', '/transcription/unknown/translate?languages=de'],
    ['PATCH', '/live/transcribe/unknown/stop'],
  ])('that is readonly is refused at %s %s, and spent', async (method, path) => {
    const server = await sandbox();
    const token = await mintBearer(server, 'access=readonly');
    const reply = await call(server.url, path, { method, authorization: token });
    expect([reply.status, reply.json.error]).toEqual([403, 'auth token is readonly']);
    const after = await call(server.url, '/transcriptions', { authorization: token });
    expect(after.json.error).toBe('one-time auth token already used');
    expect(server.stats().starts).toBe(0);
  });

  test.each(['/async/transcribe/url', '/async/live/transcribe'])(
    'that is readonly opens no session at %s',
    async (path) => {
      const server = await sandbox();
      const token = await mintBearer(server, 'access=readonly&one_time=false');
      const socket = await openSocket(server, `${path}?url=http%253A%252F%252Flocalhost%252Fa.wav`);
      socket.send(hello(token, path));
      expect(await socket.next()).toEqual({
        status: 'error',
        data: null,
        http_code: 403,
        error: 'auth token is readonly',
      });
      expect(await socket.closed).toBe(1008);
      expect(server.stats().sessions).toBe(0);
    },
  );
});

describe('the list of known tokens', () => {
  const prepare = (limits: { readonly tokens: number; readonly expiredTokens: number }) => {
    const clock = fakeClock();
    const rules = createRules(() => []);
    const faults = createFaults([], () => 0);
    const tokens = createTokens({ clock, apiKey: secret(KEY), limits, faults, rules });
    const options = rules.wanted(new URLSearchParams('one_time=false'));
    const reasonFor = (token: string) => {
      try {
        const query = new URLSearchParams();
        tokens.authorize({ authorization: `Bearer ${token}`, query, use: 'list' });
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    };
    return { clock, mint: () => tokens.mint(options), reasonFor };
  };

  test('never has more than the maximum number', () => {
    const { mint, reasonFor } = prepare({ tokens: 3, expiredTokens: 3 });
    const minted = [1, 2, 3, 4].map(mint);
    expect(minted.map(reasonFor)).toEqual([
      'unknown API key or auth token',
      'accepted',
      'accepted',
      'accepted',
    ]);
  });

  test('drops expired tokens first if it is full', async () => {
    const { clock, mint, reasonFor } = prepare({ tokens: 6, expiredTokens: 3 });
    const dead = [1, 2, 3].map(mint);
    await clock.advance(10_000);
    const alive = [1, 2, 3, 4].map(mint);
    expect(dead.map(reasonFor)).toEqual([
      'unknown API key or auth token',
      'unknown API key or auth token',
      'unknown API key or auth token',
    ]);
    expect(alive.map(reasonFor)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  });
});

test('an expired token is reported as expired for ten minutes, and then as unknown', async () => {
  const server = await sandbox();
  const token = await mintBearer(server, 'lifetime_s=1');
  const error = async () =>
    (await call(server.url, '/transcriptions', { authorization: token })).json.error;
  await server.clock.advance(600_000);
  await mintBearer(server);
  expect(await error()).toBe('auth token expired');
  await server.clock.advance(1_000);
  await mintBearer(server);
  expect(await error()).toBe('unknown API key or auth token');
});
