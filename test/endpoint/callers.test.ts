import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import type { TokenOptions } from '../../src/core/token';
import { createCallerLimit } from '../../src/endpoint/caller-limit';
import type { LogEntry } from '../../src/endpoint/log-entry';
import { fakeClock } from '../../src/system/clock';
import {
  fromPage,
  jsonOf,
  newHandler,
  newRequest,
  PAGE,
  posting,
  refusalOf,
  TOKEN,
} from './support';

const NARROW: TokenOptions = { access: 'readonly', lifetimeS: 10, oneTime: true };
const never = () => new Promise<never>(() => undefined);

describe('S57 a ceiling for one caller', () => {
  it.each([
    [{ access: 'readonly' }, ['readonly', 60, false]],
    [{ lifetimeS: 5 }, ['readwrite', 5, false]],
    [{ oneTime: true }, ['readwrite', 60, true]],
    [{ label: 'user-7' }, ['readwrite', 60, false]],
    [{ access: undefined, lifetimeS: undefined, label: 'x' }, ['readwrite', 60, false]],
    [{ access: 'readonly', lifetimeS: 1, oneTime: true }, ['readonly', 1, true]],
  ])('S57 %j lowers the ceiling of the handler', async (answer, [access, lifetimeS, oneTime]) => {
    const { handle, minted } = newHandler({ authorize: async () => answer });
    expect((await handle(fromPage())).status).toBe(200);
    expect(minted).toEqual([{ access, lifetimeS, oneTime }]);
    const more = await handle(fromPage({ path: '/token?lifetime_s=61' }));
    expect(await refusalOf(more)).toEqual([403, 'above_ceiling']);
  });

  it('S57 also limits what the caller requests', async () => {
    const { handle, minted } = newHandler({
      authorize: () => ({ access: 'readonly', lifetimeS: 5 }),
    });
    for (const query of ['access=readwrite', 'lifetime_s=6']) {
      const response = await handle(fromPage({ path: `/token?${query}` }));
      expect(await refusalOf(response)).toEqual([403, 'above_ceiling']);
    }
    expect(await refusalOf(await handle(posting({ lifetime_s: 6 })))).toEqual([
      403,
      'above_ceiling',
    ]);
    expect(minted).toEqual([]);
  });

  it('S57 cannot raise the ceiling of the handler', async () => {
    const authorize = () => ({ access: 'readwrite', lifetimeS: 120, oneTime: false });
    const { handle, minted } = newHandler({ ceiling: NARROW, authorize });
    expect((await handle(fromPage())).status).toBe(200);
    expect(minted).toEqual([NARROW]);
    const more = await handle(fromPage({ path: '/token?lifetime_s=11' }));
    expect(await refusalOf(more)).toEqual([403, 'above_ceiling']);
  });

  it.each([
    [{ id: 1, label: 'x' }],
    [{ access: 'readonly', user: 'x' }],
    [[]],
    [new Map([['access', 'readonly']])],
  ])('S57 permits no token if it has other members: %j', async (answer) => {
    const { handle, minted, reports } = newHandler({ authorize: () => answer });
    expect(await refusalOf(await handle(fromPage()))).toEqual([401, 'unauthenticated']);
    expect(String(reports)).toContain(
      'authenticate must return true, false, or an object with at least one of access, lifetimeS',
    );
    expect(minted).toEqual([]);
  });

  it.each([
    { access: 'admin' },
    { lifetimeS: 0 },
    { lifetimeS: 121 },
    { lifetimeS: '5' },
    { oneTime: 'no' },
    { label: 7 },
  ])('S57 permits no token if a value is invalid: %j', async (answer) => {
    const { handle, minted, reports } = newHandler({ authorize: () => answer });
    expect(await refusalOf(await handle(fromPage()))).toEqual([500, 'internal_error']);
    expect(String(reports)).toContain(`an invalid value of ${Object.keys(answer)[0]}`);
    expect(minted).toEqual([]);
  });

  it('S28 adds a label to the log, without control characters', async () => {
    const entries: LogEntry[] = [];
    const authorize = () => ({ label: 'ann\u001b[2J\n::x' });
    const { handle, clock, lines } = newHandler({ authorize });
    const silent = newHandler({ authorize, clock, log: (entry) => entries.push(entry) });
    await handle(fromPage());
    await silent.handle(fromPage());
    expect(lines).toEqual([`GET /token 200 0 ms readwrite, reusable, 60 s ann?[2J?::x ${PAGE}`]);
    expect(entries).toEqual([
      {
        at: new Date(clock.now()),
        method: 'GET',
        status: 200,
        code: null,
        ms: 0,
        label: 'ann\u001b[2J\n::x',
        origin: PAGE,
        detail: 'readwrite, reusable, 60 s',
      },
    ]);
  });
});

describe('S59 the rate limit of a caller', () => {
  const perCaller = { perMin: 2, keyOf: ({ headers }: Request) => headers.get('x-user') };
  const as = (user: string) => fromPage({ headers: { 'x-user': user } });

  it('S59 does not affect other callers', async () => {
    const { handle, clock } = newHandler({ limitPerCaller: perCaller });
    const ask = async (user: string) => (await handle(as(user))).status;
    expect([await ask('ann'), await ask('ann'), await ask('ann')]).toEqual([200, 200, 429]);
    expect([await ask('bob'), await ask('bob'), await ask('bob')]).toEqual([200, 200, 429]);
    const refused = await handle(as('ann'));
    expect(refused.headers.get('retry-after')).toBe('30');
    await clock.advance(30_000);
    expect([await ask('ann'), await ask('ann')]).toEqual([200, 429]);
  });

  it('S59 does not use up the common limit when it refuses a request', async () => {
    const { handle } = newHandler({ limitPerCaller: perCaller, ratePerMin: 3 });
    const statuses: number[] = [];
    for (const user of ['ann', 'ann', 'ann', 'ann', 'bob', 'bob', 'ann']) {
      statuses.push((await handle(as(user))).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429, 200, 429, 429]);
  });

  it('S59 is not used up by refusals of the common limit', async () => {
    const { handle, clock } = newHandler({ limitPerCaller: perCaller, ratePerMin: 3 });
    const ask = async (user: string) => (await handle(as(user))).status;
    expect([await ask('bob'), await ask('bob'), await ask('ann')]).toEqual([200, 200, 200]);
    expect([await ask('ann'), await ask('ann')]).toEqual([429, 429]);
    await clock.advance(20_000);
    expect(await ask('ann')).toBe(200);
  });

  it('S59 is kept for the latest ten thousand callers', () => {
    const bucketOf = createCallerLimit(1, fakeClock());
    const isLetIn = (caller: string) => bucketOf(caller).take() === 0;
    expect([isLetIn('first'), isLetIn('first')]).toEqual([true, false]);
    for (let count = 0; count < 9_999; count += 1) isLetIn(`user-${count}`);
    expect(isLetIn('first')).toBe(false);
    for (let count = 0; count < 9_999; count += 1) isLetIn(`other-${count}`);
    expect(isLetIn('first')).toBe(false);
    for (let count = 0; count < 10_000; count += 1) isLetIn(`more-${count}`);
    expect(isLetIn('first')).toBe(true);
  });

  it.each([
    ['a number', 7, 200],
    ['a promise of a text', Promise.resolve('x'), 200],
    ['a long text', 'x'.repeat(100_000), 200],
    ['an empty text', '', 500],
    ['nothing', undefined, 500],
    ['an object', {}, 500],
  ])('S59 accepts or rejects this result of keyOf: %s', async (_, key, status) => {
    const { handle, reports } = newHandler({ limitPerCaller: { perMin: 1, keyOf: () => key } });
    expect((await handle(fromPage())).status).toBe(status);
    expect((await handle(fromPage())).status).toBe(status === 200 ? 429 : 500);
    expect(reports).toHaveLength(status === 200 ? 0 : 2);
  });

  it('S59 permits no token if keyOf fails', async () => {
    const keyOf = () => Promise.reject(new Error('canary-detail'));
    const { handle, minted, reports } = newHandler({ limitPerCaller: { perMin: 1, keyOf } });
    const response = await handle(fromPage());
    expect(await response.clone().text()).not.toContain('canary');
    expect(await refusalOf(response)).toEqual([500, 'internal_error']);
    expect(reports).toEqual([new Error('canary-detail')]);
    expect(minted).toEqual([]);
  });
});

describe('S59 the requests that a rate limit counts', () => {
  it('S59 are minted tokens, and not failures of the service', async () => {
    let isDown = true;
    const clock = fakeClock();
    const { handle } = newHandler({
      clock,
      ratePerMin: 3,
      limitPerCaller: { perMin: 3, keyOf: () => 'ann' },
      async mint() {
        if (isDown) throw new CliError('connection_refused', 'Nothing listens.');
        return { token: secret(TOKEN), sentAt: clock.now() };
      },
    });
    const ask = async () => (await handle(fromPage())).status;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([502, 502, 502, 502]);
    isDown = false;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);
  });

  it('S59 include mints in progress, so that many requests at once cannot exceed the limit', async () => {
    const ends: (() => void)[] = [];
    const { handle, clock } = newHandler({
      ratePerMin: 2,
      mint: () =>
        new Promise((resolve) => {
          ends.push(() => resolve({ token: secret(TOKEN), sentAt: clock.now() }));
        }),
    });
    const asked = [handle(fromPage()), handle(fromPage())];
    expect((await handle(fromPage())).status).toBe(429);
    for (const end of ends) end();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('S66 slow callbacks of an application', () => {
  it('do not block forever: a mint that ignores its signal is not counted after ten seconds', async () => {
    let signal: AbortSignal | undefined;
    const { handle, clock, reports } = newHandler({
      maxAtOnce: 1,
      mint: (_, own) => {
        signal = own;
        return never();
      },
    });
    const first = handle(fromPage());
    await expect.poll(() => clock.waiting()).toEqual([10_000]);
    expect(await refusalOf(await handle(fromPage()))).toEqual([503, 'busy']);
    await clock.advance(10_000);
    expect(await refusalOf(await first)).toEqual([502, 'timeout']);
    expect(signal?.aborted).toBe(true);
    expect(reports).toEqual([expect.objectContaining({ code: 'timeout' })]);
    const second = handle(fromPage());
    await expect.poll(() => clock.waiting()).toEqual([10_000]);
    await clock.advance(10_000);
    expect((await second).status).toBe(502);
    expect(clock.waiting()).toEqual([]);
  });

  it('do not block after a disconnect: a mint that ignores its signal is then not counted', async () => {
    const client = new AbortController();
    let isFirst = true;
    const { handle, clock, reports, lines } = newHandler({
      maxAtOnce: 1,
      mint: () => {
        if (!isFirst) return Promise.resolve({ token: secret(TOKEN), sentAt: clock.now() });
        isFirst = false;
        return never();
      },
    });
    const first = handle(fromPage({ signal: client.signal }));
    await expect.poll(() => clock.waiting()).toEqual([10_000]);
    client.abort();
    expect((await first).status).toBe(499);
    expect((await handle(fromPage())).status).toBe(200);
    expect(clock.waiting()).toEqual([]);
    expect(reports).toEqual([]);
    expect(lines[0]).toContain('499');
  });

  it('cause 503 and not 401 if authenticate never resolves', async () => {
    const { handle, clock, minted, reports } = newHandler({ authorize: never });
    const answer = handle(fromPage());
    await expect.poll(() => clock.waiting()).toEqual([10_000]);
    await clock.advance(10_000);
    expect(await refusalOf(await answer)).toEqual([503, 'authentication_unavailable']);
    expect(reports).toEqual([expect.objectContaining({ code: 'timeout' })]);
    expect(minted).toEqual([]);
  });

  it('are not reported as failed if the client disconnects during authenticate', async () => {
    const client = new AbortController();
    const { handle, reports } = newHandler({
      async authorize() {
        client.abort();
        throw new Error('broken off');
      },
    });
    const response = await handle(fromPage({ signal: client.signal }));
    expect(await refusalOf(response)).toEqual([499, 'client_gone']);
    expect(reports).toEqual([]);
  });
});

describe('S58 a service that is overloaded', () => {
  it.each([
    ['rate_limited', 429, 17_300, '18'],
    ['service_error', 503, 500, '1'],
    ['service_error', 503, undefined, null],
  ] as const)(
    'S58 %s of %i becomes 503 with a Retry-After of %s ms',
    async (code, httpStatus, retryAfterMs, header) => {
      const { handle } = newHandler({
        mint: async () => {
          throw new CliError(code, 'Too much.', { httpStatus, retryAfterMs });
        },
      });
      const response = await handle(fromPage());
      expect(response.headers.get('retry-after')).toBe(header);
      expect(response.headers.get('access-control-expose-headers')).toBe('Retry-After');
      expect(await refusalOf(response)).toEqual([503, code]);
    },
  );
});

describe('the request that an application passes to the handler', () => {
  it('is passed as `raw` to authenticate and keyOf', async () => {
    const seen: unknown[] = [];
    const look = (_: Request, { raw }: { readonly raw: unknown }) => {
      seen.push(raw);
      return true;
    };
    const { handle } = newHandler({
      authorize: look,
      limitPerCaller: { perMin: 9, keyOf: (request, extra) => String(look(request, extra)) },
    });
    const context = { req: 1 };
    await handle(fromPage(), { raw: context });
    expect(seen).toEqual([context, context]);
    const request = fromPage();
    await handle(request, { params: Promise.resolve({}) });
    expect(seen.slice(2)).toEqual([request, request]);
  });

  it.each([
    [{ lifetime_s: 5 }, 200, 5],
    [{}, 200, 60],
    [null, 200, 60],
    ['', 200, 60],
    [new Uint8Array(), 200, 60],
    ['{"lifetime_s":5}', 200, 5],
    [Buffer.from('{"lifetime_s":5}'), 200, 5],
    ['lifetime_s', 400, null],
    [7, 400, null],
    [[1], 400, null],
    [{ lifetime_s: 61 }, 403, null],
    [{ more: 1 }, 400, null],
  ])('can have a parsed body: %j', async (body, status, lifetimeS) => {
    const { handle, minted } = newHandler();
    const request = posting('{"lifetime_s":1}');
    await request.text();
    expect((await handle(request, { body })).status).toBe(status);
    expect(minted.map((options) => options.lifetimeS)).toEqual(lifetimeS ? [lifetimeS] : []);
  });

  it('S56 needs the Content-Type of JSON, even with a parsed body', async () => {
    const { handle, minted } = newHandler();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const response = await handle(posting('{}', type), { body: { lifetime_s: 5 } });
      expect(await refusalOf(response)).toEqual([415, 'unsupported_media_type']);
    }
    const untyped = fromPage({ method: 'POST' });
    expect((await handle(untyped, { body: { lifetime_s: 5 } })).status).toBe(415);
    expect(minted).toEqual([]);
  });

  it('can come from an app, with headers of its own', async () => {
    const origin = 'capacitor://localhost';
    const rules = { allowOrigins: [origin], allowHeaders: ['x-csrf-token'] };
    const { handle } = newHandler(rules);
    const headers = { origin };
    const response = await handle(newRequest({ headers }));
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect((await jsonOf(response)).token).toBe(TOKEN);
    const preflight = await handle(newRequest({ method: 'OPTIONS', headers }));
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, x-csrf-token',
    );
  });
});
