import { describe, expect, it } from 'vitest';
import { TokenSourceError } from '../../src/browser/index';
import { newEndpoint, settled, tokenBody } from './support';

const spent = (token: string) => tokenBody(token, { one_time: true });

describe('createTokenSource', () => {
  it('sends a POST, which needs no preflight without options', async () => {
    const { source, asked, answer } = newEndpoint();
    const wait = source.get();
    await answer();
    expect(await wait).toEqual({
      token: 'token-1',
      access: 'readwrite',
      lifetimeS: 60,
      oneTime: false,
      expiresAt: new Date('2026-11-24T10:01:00.000Z'),
    });
    const { url, init } = asked[0] ?? {};
    expect(url).toBe('/token');
    expect(init).toMatchObject({ method: 'POST', cache: 'no-store', credentials: 'same-origin' });
    expect(init).toMatchObject({ redirect: 'manual', headers: {} });
    expect(init).not.toHaveProperty('body');
  });

  it('sends its options as JSON, with the configured cookies and headers', async () => {
    let csrf = 0;
    const { source, asked, answer } = newEndpoint({
      access: 'readonly',
      lifetimeS: 30,
      oneTime: true,
      credentials: 'include',
      headers: async () => ({ 'x-csrf-token': `csrf-${++csrf}` }),
    });
    for (const count of [1, 2]) {
      const wait = source.get();
      await answer(spent('a'));
      await wait;
      expect(asked[count - 1]?.init).toMatchObject({
        credentials: 'include',
        headers: { 'x-csrf-token': `csrf-${count}`, 'content-type': 'application/json' },
        body: '{"access":"readonly","lifetime_s":30,"one_time":true}',
      });
    }
  });

  it('caches a reusable token until shortly before its expiry, counted from before the request', async () => {
    const { source, asked, answer, clock } = newEndpoint();
    const wait = source.get();
    await settled();
    await clock.advance(15_000);
    await answer();
    expect((await wait).expiresAt).toEqual(new Date('2026-11-24T10:01:00.000Z'));
    await clock.advance(34_999);
    expect((await source.get()).token).toBe('token-1');
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    const second = source.get();
    await answer();
    expect((await second).token).toBe('token-2');
  });

  it('uses a margin of a fifth of the lifetime for short tokens', async () => {
    const { source, asked, answer, clock } = newEndpoint();
    const wait = source.get();
    await answer(tokenBody('short', { lifetime_s: 5 }));
    await wait;
    await clock.advance(3999);
    await source.get();
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    const next = source.get();
    await answer();
    await next;
    expect(asked).toHaveLength(2);
  });

  it('counts time in sleep mode, even if the monotonic clock stopped', async () => {
    const { source, answer, clock } = newEndpoint();
    const wait = source.get();
    await answer();
    await wait;
    clock.jump(3_600_000);
    const next = source.get();
    await answer();
    expect((await next).token).toBe('token-2');
  });

  it('does not cache a token longer when the clock is set back', async () => {
    const { source, answer, clock } = newEndpoint();
    const wait = source.get();
    await answer();
    await wait;
    clock.jump(-3_600_000);
    await clock.advance(50_000);
    const next = source.get();
    await answer();
    expect((await next).token).toBe('token-2');
  });

  it('shares one request between calls at the same time', async () => {
    const { source, asked, answer } = newEndpoint();
    const waits = [source.get(), source.get(), source.get()];
    await answer();
    expect((await Promise.all(waits)).map(({ token }) => token)).toEqual(Array(3).fill('token-1'));
    expect(asked).toHaveLength(1);
  });

  it('returns a one-time token to one call only', async () => {
    const { source, asked, answer } = newEndpoint();
    const waits = [source.get(), source.get(), source.get()];
    await answer(spent('a'));
    // The first answer shows that tokens are one-time, so the source now sends one request for each call.
    expect(asked).toHaveLength(3);
    await answer(spent('b'));
    await answer(spent('c'));
    expect((await Promise.all(waits)).map(({ token }) => token).sort()).toEqual(['a', 'b', 'c']);
    const [fourth, fifth] = [source.get(), source.get()];
    await answer(spent('d'));
    await answer(spent('e'));
    expect([(await fourth).token, (await fifth).token]).toEqual(['d', 'e']);
  });

  it('sends a request per call for one-time tokens', async () => {
    const { source, asked, answer } = newEndpoint({ oneTime: true });
    const waits = [source.get(), source.get()];
    await settled();
    expect(asked).toHaveLength(2);
    await answer(spent('a'));
    await answer(spent('b'));
    expect((await Promise.all(waits)).map(({ token }) => token)).toEqual(['a', 'b']);
  });

  it('forgets the cached token and the token of a pending request after clear()', async () => {
    const { source, asked, answer } = newEndpoint();
    const first = source.get();
    await answer();
    await first;
    source.clear();
    const second = source.get();
    await settled();
    source.clear();
    await answer();
    expect((await second).token).toBe('token-2');
    const third = source.get();
    await answer();
    expect((await third).token).toBe('token-3');
    expect(asked).toHaveLength(3);
  });
});

describe('a signal of get()', () => {
  it('ends the wait with its reason, and aborts the request', async () => {
    const { source, asked } = newEndpoint();
    const controller = new AbortController();
    const wait = source.get({ signal: controller.signal });
    await settled();
    controller.abort('no longer needed');
    await expect(wait).rejects.toBe('no longer needed');
    expect(asked[0]?.init.signal?.aborted).toBe(true);
  });

  it('prevents the request if it is already aborted', async () => {
    const { source, asked } = newEndpoint();
    const signal = AbortSignal.abort();
    await expect(source.get({ signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toEqual([]);
  });

  it('does not abort a request that other calls wait for', async () => {
    const { source, asked, answer } = newEndpoint();
    const controller = new AbortController();
    const [first, second] = [source.get({ signal: controller.signal }), source.get()];
    await settled();
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked[0]?.init.signal?.aborted).toBe(false);
    await answer(spent('a'));
    expect((await second).token).toBe('a');
    expect(asked).toHaveLength(1);
  });

  it('does not affect a later call', async () => {
    const { source, answer } = newEndpoint();
    const controller = new AbortController();
    const first = source.get({ signal: controller.signal });
    await settled();
    controller.abort();
    // Calls get() again at the moment at which the first call ends.
    const second = first.catch(() => source.get());
    await answer();
    expect((await second).token).toBe('token-1');
  });
});

describe('a request that gets no token', () => {
  const failure = async (endpoint: ReturnType<typeof newEndpoint>) => {
    const error = await endpoint.source.get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TokenSourceError);
    return error as TokenSourceError;
  };

  it('fails with a network error if no answer arrives, and the next call tries again', async () => {
    const endpoint = newEndpoint();
    const failed = failure(endpoint);
    await endpoint.breakOff();
    const network = { kind: 'network', status: null, code: null, retryAfterS: null };
    expect(await failed).toMatchObject(network);
    const next = endpoint.source.get();
    await endpoint.answer();
    expect((await next).token).toBe('token-1');
  });

  it.each([
    ['7', 7],
    ['Tue, 24 Nov 2026 10:00:30 GMT', 30],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['999999999999', 86_400],
    ['soon', null],
    [null, null],
  ])('fails with the code and the message of the endpoint, Retry-After %s', async (after, s) => {
    const endpoint = newEndpoint();
    const failed = failure(endpoint);
    const body = { error: { code: 'too_many_requests', message: 'Wait a little.' } };
    const headers = new Headers(after === null ? {} : { 'retry-after': after });
    await endpoint.answer(body, { status: 429, headers });
    const refused = { kind: 'refused', status: 429, code: 'too_many_requests', retryAfterS: s };
    expect(await failed).toMatchObject({ ...refused, message: 'Wait a little.' });
  });

  it.each(['<h1>Bad gateway</h1>', 'null', '{"error":"no"}', '{"error":{"code":["a b"]}}'])(
    'fails without a code if a proxy answers %s',
    async (body) => {
      const endpoint = newEndpoint();
      const failed = failure(endpoint);
      await endpoint.answer(body, { status: 502 });
      const message = 'The token endpoint answered with status 502.';
      expect(await failed).toMatchObject({ kind: 'refused', status: 502, code: null, message });
    },
  );

  it.each<[name: string, body: unknown]>([
    ['a page', '<h1>Sign in</h1>'],
    ['nothing', ''],
    ['null', 'null'],
    ['no token', tokenBody('')],
    ['a token of two words', tokenBody('two words')],
    ['a token that is too long', tokenBody('a'.repeat(4097))],
    ['a body that is too large', tokenBody('a', { rest: 'a'.repeat(16_384) })],
    ['no lifetime', tokenBody('a', { lifetime_s: undefined })],
    ['a lifetime that is too long', tokenBody('a', { lifetime_s: 1e300 })],
    ['an unknown access', tokenBody('a', { access: 'admin' })],
    ['no member one_time', tokenBody('a', { one_time: undefined })],
  ])('fails because the answer is malformed: %s', async (_name, body) => {
    const endpoint = newEndpoint();
    const failed = failure(endpoint);
    await endpoint.answer(body);
    expect(await failed).toMatchObject({ kind: 'malformed', status: 200, code: null });
  });

  it('fails because the answer is a redirect, which is not followed', async () => {
    const endpoint = newEndpoint();
    const failed = failure(endpoint);
    await endpoint.answer('', { status: 302, headers: { location: 'https://example.com/login' } });
    const error = await failed;
    expect(error).toMatchObject({ kind: 'malformed', status: 302 });
    expect(error.message).not.toContain('example.com');
  });

  it('fails for all calls that wait for it', async () => {
    const endpoint = newEndpoint();
    const both = [failure(endpoint), failure(endpoint)];
    await endpoint.breakOff();
    expect((await Promise.all(both)).map(({ kind }) => kind)).toEqual(['network', 'network']);
    expect(endpoint.asked).toHaveLength(1);
  });
});
