import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import {
  fromPage,
  jsonOf,
  newHandler,
  newRequest,
  PAGE,
  posting,
  refusalOf,
  SECRET,
  TOKEN,
  WIDE,
  withSecret,
} from './support';

const ACCESS_HEADERS = /^access-control-/;
const corsOf = (response: Response) =>
  [...response.headers].filter(([name]) => ACCESS_HEADERS.test(name));

describe('S56 pages that request tokens', () => {
  it.each(['GET', 'POST'])('S56 get a token for an allowed origin by %s', async (method) => {
    const { handle, minted } = newHandler();
    const response = await handle(fromPage({ method }));
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(response.headers.get('vary')).toBe('Origin');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
    expect(await jsonOf(response)).toEqual({
      token: TOKEN,
      access: 'readwrite',
      lifetime_s: 60,
      one_time: false,
      expires_at: '2026-11-24T10:01:00.000Z',
    });
    expect(minted).toEqual([WIDE]);
  });

  const FOREIGN = [
    'null',
    '',
    '*',
    'http://localhost:5174',
    'https://localhost:5173',
    'http://localhost',
    'http://LOCALHOST:5173',
    'http://localhost:5173/',
    'http://localhost:5173.evil.example',
    'http://evil.example',
    'http://localhost:5173, http://localhost:5173',
    `${PAGE} `.repeat(2).trim(),
    'garbage',
    '\u00ff',
  ];
  it.each(FOREIGN)('S56 get 403 without CORS headers for the origin %j', async (origin) => {
    const { handle, minted } = newHandler();
    for (const method of ['GET', 'POST', 'OPTIONS', 'PUT', 'HEAD']) {
      const response = await handle(newRequest({ method, headers: { origin } }));
      expect([method, ...(await refusalOf(response))]).toEqual([method, 403, 'origin_not_allowed']);
      expect(corsOf(response)).toEqual([]);
      expect(response.headers.get('vary')).toBe('Origin');
    }
    const secretly = await handle(withSecret({ headers: { origin } }));
    expect(await refusalOf(secretly)).toEqual([403, 'origin_not_allowed']);
    expect(minted).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'S56 mint nothing with a simple POST of %s',
    async (type) => {
      const { handle, minted } = newHandler();
      for (const request of [
        posting('{}', type),
        posting('', type),
        posting('', `${type};charset=application/json`),
        withSecret({ method: 'POST', headers: { 'content-type': type }, body: '{}' }),
      ]) {
        expect(await refusalOf(await handle(request))).toEqual([415, 'unsupported_media_type']);
      }
      const foreign = newRequest({
        method: 'POST',
        headers: { origin: 'http://evil.example', 'content-type': type },
        body: '{}',
      });
      expect(await refusalOf(await handle(foreign))).toEqual([403, 'origin_not_allowed']);
      expect(minted).toEqual([]);
    },
  );

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 'origin_not_allowed'],
    [{ 'sec-fetch-site': 'same-site' }, 'origin_not_allowed'],
    [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }, 'not_a_page'],
    [{ 'sec-fetch-mode': 'navigate', origin: PAGE }, 'not_a_page'],
  ])('S56 get nothing by an image, a script or a link: %j', async (headers, code) => {
    const { handle, minted } = newHandler({ authorize: () => true });
    expect(await refusalOf(await handle(newRequest({ headers })))).toEqual([403, code]);
    expect(minted).toEqual([]);
  });

  it('S56 get an answer to a preflight only for allowed origins, without authentication', async () => {
    const { handle, minted } = newHandler({
      authorize: () => {
        throw new Error('asked');
      },
    });
    const asking = { 'access-control-request-method': 'POST' };
    const response = await handle(fromPage({ method: 'OPTIONS', headers: asking }));
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(Object.fromEntries(corsOf(response))).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    });
    const network = { 'access-control-request-private-network': 'true' };
    const local = await handle(fromPage({ method: 'OPTIONS', headers: network }));
    expect(local.headers.get('access-control-allow-private-network')).toBe('true');
    const nobody = await handle(newRequest({ method: 'OPTIONS' }));
    expect(await refusalOf(nobody)).toEqual([403, 'origin_not_allowed']);
    expect(minted).toEqual([]);
  });

  it('can send cookies with allowCredentials', async () => {
    const { handle } = newHandler({ allowCredentials: true });
    for (const method of ['GET', 'OPTIONS']) {
      const response = await handle(fromPage({ method }));
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    }
    const foreign = await handle(newRequest({ headers: { origin: 'http://evil.example' } }));
    expect(corsOf(foreign)).toEqual([]);
  });
});

describe('S57 clients that are not pages', () => {
  it('S57 get a token only with the secret', async () => {
    const { handle, minted } = newHandler();
    expect((await handle(withSecret())).status).toBe(200);
    expect((await handle(withSecret({ headers: { origin: PAGE } }))).status).toBe(200);
    expect(minted).toHaveLength(2);
    const wrong = ['Bearer', 'Bearer x', `Bearer ${SECRET}0`, `Bearer ${SECRET.slice(1)}`, SECRET];
    for (const authorization of wrong) {
      for (const headers of [{ authorization }, { authorization, origin: PAGE }]) {
        const response = await handle(newRequest({ headers }));
        expect(await refusalOf(response)).toEqual([401, 'unauthenticated']);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
    expect(await refusalOf(await handle(newRequest()))).toEqual([401, 'unauthenticated']);
    expect(minted).toHaveLength(2);
  });

  it.each([['yes'], [1], [{}], [null], [undefined], [false]])(
    'S57 get no token if the answer of authenticate is %j',
    async (answer) => {
      const { handle, minted } = newHandler({ authorize: () => answer as unknown as boolean });
      expect((await handle(fromPage())).status).toBe(401);
      expect(minted).toEqual([]);
    },
  );
});

describe('the options of a request', () => {
  it.each([
    ['?access=readonly&lifetime_s=5&one_time=true', 'readonly', 5, true],
    ['?lifetime_s=1', 'readwrite', 1, false],
    ['?one_time=false', 'readwrite', 60, false],
    ['?', 'readwrite', 60, false],
  ])('in GET are read from the query: %s', async (query, access, lifetimeS, oneTime) => {
    const { handle, minted, clock } = newHandler();
    const response = await handle(fromPage({ path: `/token${query}` }));
    expect(minted).toEqual([{ access, lifetimeS, oneTime }]);
    expect(await jsonOf(response)).toMatchObject({
      access,
      lifetime_s: lifetimeS,
      one_time: oneTime,
      expires_at: new Date(clock.now() + lifetimeS * 1000).toISOString(),
    });
  });

  it.each([
    [{ access: 'readonly', lifetime_s: 5, one_time: true }, 'readonly', 5, true],
    [{}, 'readwrite', 60, false],
    ['', 'readwrite', 60, false],
    ['\ufeff{"lifetime_s": 2}', 'readwrite', 2, false],
  ])('in POST are read from the body: %j', async (body, access, lifetimeS, oneTime) => {
    const { handle, minted } = newHandler();
    const response = await handle(posting(body, 'application/json; charset=utf-8'));
    expect(response.status).toBe(200);
    expect(minted).toEqual([{ access, lifetimeS, oneTime }]);
  });

  const NARROW = { access: 'readonly', lifetimeS: 10, oneTime: true } as const;
  it.each([
    [{ access: 'readwrite' }, '?access=readwrite'],
    [{ lifetime_s: 11 }, '?lifetime_s=11'],
    [{ lifetime_s: 120 }, '?lifetime_s=120'],
    [{ one_time: false }, '?one_time=false'],
    [{ access: 'readonly', one_time: false }, '?access=readonly&one_time=false'],
  ])('are rejected above the ceiling: %j', async (body, query) => {
    const { handle, minted } = newHandler({ ceiling: NARROW });
    for (const request of [posting(body), withSecret({ path: `/token${query}` })]) {
      expect(await refusalOf(await handle(request))).toEqual([403, 'above_ceiling']);
    }
    expect(minted).toEqual([]);
  });

  it.each([
    '[]',
    'null',
    '"readonly"',
    '{',
    '{"access":"admin"}',
    '{"access":true}',
    '{"access":["readonly"]}',
    '{"lifetime_s":"5"}',
    '{"lifetime_s":0}',
    '{"lifetime_s":-1}',
    '{"lifetime_s":1.5}',
    '{"lifetime_s":121}',
    '{"lifetime_s":1e999}',
    '{"lifetime_s":null}',
    '{"one_time":"true"}',
    '{"one_time":1}',
    '{"onetime":true}',
    '{"__proto__":{"access":"readonly"}}',
    '{"constructor":1}',
    '{"lifetime_s":5,"more":1}',
    '['.repeat(60_000),
  ])('are rejected in a body of %.40s', async (body) => {
    const { handle, minted } = newHandler();
    expect(await refusalOf(await handle(posting(body)))).toEqual([400, 'invalid_options']);
    expect(minted).toEqual([]);
  });

  it.each([
    '?access=admin',
    '?access=',
    '?access=readonly&access=readonly',
    '?lifetime_s=',
    '?lifetime_s=0x5',
    '?lifetime_s=5s',
    '?lifetime_s=+5',
    '?lifetime_s=1e1',
    '?lifetime_s=121',
    '?one_time=1',
    '?one_time=',
    '?one_time',
    '?callback=x',
    '?__proto__=x',
    '?access[]=readonly',
  ])('are rejected in a query of %s', async (query) => {
    const { handle, minted } = newHandler();
    const response = await handle(fromPage({ path: `/token${query}` }));
    expect(await refusalOf(response)).toEqual([400, 'invalid_options']);
    expect(minted).toEqual([]);
  });

  it('are rejected in bytes that are not UTF-8, in the query of a POST, and in a body without Content-Type', async () => {
    const { handle, minted } = newHandler();
    const json = { 'content-type': 'application/json' };
    const bytes = fromPage({ method: 'POST', headers: json, body: new Uint8Array([0xff]) });
    expect(await refusalOf(await handle(bytes))).toEqual([400, 'invalid_options']);
    const both = fromPage({ method: 'POST', path: '/token?access=readonly' });
    expect(await refusalOf(await handle(both))).toEqual([400, 'invalid_options']);
    const untyped = fromPage({ method: 'POST', body: new TextEncoder().encode('{}') });
    expect(await refusalOf(await handle(untyped))).toEqual([415, 'unsupported_media_type']);
    expect(minted).toEqual([]);
  });

  it('S59 are rejected in a body above 64 KiB, with or without Content-Length', async () => {
    const { handle, minted } = newHandler();
    const large = `{"lifetime_s":5${' '.repeat(64 * 1024)}}`;
    expect(await refusalOf(await handle(posting(large)))).toEqual([413, 'body_too_large']);
    const announced = fromPage({ method: 'POST', headers: { 'content-length': '65537' } });
    expect(await refusalOf(await handle(announced))).toEqual([413, 'body_too_large']);
    const just = `{"lifetime_s":5${' '.repeat(64 * 1024 - 16)}}`;
    expect((await handle(posting(just))).status).toBe(200);
    expect(minted).toHaveLength(1);
  });
});

describe('a request with another method or path', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('gets 405 for %s', async (method) => {
    const { handle, minted } = newHandler();
    const response = await handle(withSecret({ method }));
    expect(await refusalOf(response)).toEqual([405, 'method_not_allowed']);
    expect(response.headers.get('allow')).toBe('GET, POST, OPTIONS');
    expect(minted).toEqual([]);
  });

  it.each(['/', '/token/', '/tokens', '/TOKEN', '/x/token', '//token', '/token%2f'])(
    'gets 404 at %s',
    async (path) => {
      const { handle, lines } = newHandler();
      expect(await refusalOf(await handle(withSecret({ path })))).toEqual([404, 'not_found']);
      expect(lines).toEqual(['GET /token 404 0 ms not_found']);
    },
  );

  it('S19 is logged without query, body, credentials or invalid origin', async () => {
    const { handle, lines } = newHandler();
    await handle(fromPage({ path: '/token?access=canary-query' }));
    await handle(posting('{"canary-body":1}'));
    await handle(newRequest({ headers: { authorization: 'Bearer canary-secret' } }));
    await handle(newRequest({ headers: { origin: 'canary-origin' } }));
    await handle(newRequest({ headers: { origin: 'http://user:canary@evil.example' } }));
    await handle(newRequest({ path: '/canary-path' }));
    expect(lines).toHaveLength(6);
    expect(lines.join('\n')).not.toContain('canary');
    await handle(newRequest({ headers: { origin: 'http://localhost:3000' } }));
    expect(lines.at(-1)).toBe('GET /token 403 0 ms origin_not_allowed http://localhost:3000');
  });
});

describe('S59 the rate limit', () => {
  it('S59 lets a thousand requests get only as many tokens as the rate allows', async () => {
    const { handle, minted, clock } = newHandler({ ratePerMin: 60 });
    const counts: Record<number, number> = {};
    for (let count = 0; count < 1000; count += 1) {
      const { status } = await handle(fromPage());
      counts[status] = (counts[status] ?? 0) + 1;
    }
    expect(counts).toEqual({ 200: 60, 429: 940 });
    const refused = await handle(fromPage());
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect(await refusalOf(refused)).toEqual([429, 'too_many_requests']);
    await clock.advance(999);
    expect((await handle(fromPage())).status).toBe(429);
    await clock.advance(1);
    expect((await handle(fromPage())).status).toBe(200);
    expect((await handle(fromPage())).status).toBe(429);
    await clock.advance(3_600_000);
    for (let count = 0; count < 60; count += 1) {
      expect((await handle(fromPage())).status).toBe(200);
    }
    expect((await handle(fromPage())).status).toBe(429);
    expect(minted).toHaveLength(121);
  });

  it('S59 sets Retry-After to the remaining wait', async () => {
    const { handle, clock } = newHandler({ ratePerMin: 1 });
    expect((await handle(fromPage())).status).toBe(200);
    await clock.advance(500);
    const refused = await handle(fromPage());
    expect(refused.headers.get('retry-after')).toBe('60');
    await clock.advance(59_500);
    expect((await handle(fromPage())).status).toBe(200);
  });

  it('S59 counts only minted tokens, and not refusals', async () => {
    const { handle, minted } = newHandler({ ratePerMin: 1 });
    for (const query of ['lifetime_s=999', 'lifetime_s=61', 'access=admin']) {
      expect((await handle(fromPage({ path: `/token?${query}` }))).status).not.toBe(429);
    }
    expect((await handle(fromPage())).status).toBe(200);
    expect(minted).toHaveLength(1);
  });

  it('S59 limits wrong secrets, without using up the tokens of others', async () => {
    const { handle, minted } = newHandler({ ratePerMin: 10 });
    const guess = () => handle(newRequest({ headers: { authorization: 'Bearer guess' } }));
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await handle(withSecret())).status).toBe(200);
    expect(minted).toHaveLength(1);
  });

  it('S59 lets only maxAtOnce requests mint at once', async () => {
    let release: () => void = () => undefined;
    const semaphore = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { handle, clock } = newHandler({
      maxAtOnce: 2,
      mint: async () => {
        await semaphore;
        return { token: secret(TOKEN), sentAt: clock.now() };
      },
    });
    const first = [handle(fromPage()), handle(withSecret())];
    const third = await handle(fromPage());
    expect(third.headers.get('retry-after')).toBe('1');
    expect(await refusalOf(third)).toEqual([503, 'busy']);
    release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await handle(fromPage())).status).toBe(200);
  });

  it('is off with ratePerMin null', async () => {
    const { handle } = newHandler({ ratePerMin: null });
    for (let count = 0; count < 2000; count += 1) {
      expect((await handle(fromPage())).status).toBe(200);
    }
  });
});

describe('S58 the content of an answer', () => {
  it('S58 cannot be cached, sniffed or embedded', async () => {
    const { handle } = newHandler();
    for (const request of [
      fromPage(),
      newRequest(),
      newRequest({ headers: { origin: 'null' } }),
      newRequest({ path: '/nowhere' }),
      fromPage({ method: 'OPTIONS' }),
    ]) {
      const { headers } = await handle(request);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  const LEAKY = 'canary-detail';
  it.each([
    'key_refused',
    'forbidden',
    'connection_refused',
    'timeout',
    'service_error',
    'minting_unavailable',
    'invalid_response',
  ] satisfies readonly ErrorCode[])(
    'S58 is 502 with the code and without details if minting fails with %s',
    async (code) => {
      const { handle, lines } = newHandler({
        mint: async () => {
          throw new CliError(code, 'What happened.', {
            hint: LEAKY,
            httpStatus: 418,
            cause: LEAKY,
          });
        },
      });
      const response = await handle(fromPage());
      expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
      const text = await response.clone().text();
      expect(await refusalOf(response)).toEqual([502, code]);
      expect(text).not.toMatch(/canary|418|What happened/);
      expect(lines).toEqual([`GET /token 502 0 ms ${code}: What happened. ${PAGE}`]);
    },
  );

  it.each([new Error(LEAKY), LEAKY, undefined, new CliError('internal_error', LEAKY)])(
    'S58 is a refusal without details if another exception is thrown',
    async (thrown) => {
      const fail = () => {
        throw thrown;
      };
      const cases = [
        { rules: { mint: fail }, refusal: [500, 'internal_error'] },
        { rules: { authorize: fail }, refusal: [503, 'authentication_unavailable'] },
      ];
      for (const { rules, refusal } of cases) {
        const { handle, lines, minted, reports } = newHandler(rules);
        const response = await handle(fromPage());
        expect(await response.clone().text()).not.toContain(LEAKY);
        expect(await refusalOf(response)).toEqual(refusal);
        expect(lines).toEqual([`GET /token ${refusal[0]} 0 ms ${refusal[1]} ${PAGE}`]);
        expect(reports).toEqual([thrown]);
        expect(minted).toEqual([]);
      }
    },
  );

  it('S28 is logged without control characters of the service', async () => {
    const { handle, lines } = newHandler({
      mint: async () => {
        throw new CliError('service_error', 'It says: \n::add-mask::x\u001b[2J\u009b\u202e');
      },
    });
    await handle(fromPage());
    expect(lines).toEqual([
      `GET /token 502 0 ms service_error: It says: ?::add-mask::x?[2J?? ${PAGE}`,
    ]);
  });

  it('stays unsent, and minting stops, if the client disconnects', async () => {
    const client = new AbortController();
    let seen: AbortSignal | undefined;
    const { handle, lines } = newHandler({
      mint: (_, signal) =>
        new Promise((_resolve, reject) => {
          seen = signal;
          signal.addEventListener('abort', () => reject(signal.reason));
          client.abort();
        }),
    });
    const response = await handle(fromPage({ signal: client.signal }));
    expect(seen?.aborted).toBe(true);
    expect(await refusalOf(response)).toEqual([499, 'client_gone']);
    expect(lines).toEqual([`GET /token 499 0 ms client_gone ${PAGE}`]);
  });

  it('is an error if other code has already read the body', async () => {
    const { handle, minted, reports } = newHandler({
      authorize: async (request) => (await request.text()) !== '',
    });
    expect(await refusalOf(await handle(posting({ lifetime_s: 5 })))).toEqual([
      500,
      'internal_error',
    ]);
    expect(minted).toEqual([]);
    expect(String(reports[0])).toContain('read before');
  });
});
