import { afterEach, describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../src/api/retry-after';
import { CliError } from '../../src/core/errors';
import type { FakeClock } from '../../src/system/clock';
import {
  answer,
  type Behaviour,
  closedPort,
  type FaultServer,
  json,
  reset,
  startFaultServer,
  truncated,
} from '../support/fault-server';
import { apiFor, failureOf, key, OPTIONS, settle, token } from './api-fixture';

const MINTED = json({ status: 'done', data: 'token-1' });
const DAY_MS = 86_400_000;

let server: FaultServer;
afterEach(() => server?.close());

/** Returns a random generator with a seed (mulberry32), so that the jitter is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function attempts(behaviour: Behaviour, call: 'mint' | 'read' | 'read once' = 'mint') {
  server = await startFaultServer([behaviour]);
  const { api, clock, close } = apiFor(server.origin);
  const promise: Promise<unknown> =
    call === 'mint'
      ? api.mintToken(key, OPTIONS)
      : api.countTranscriptions(token, { oneTime: call === 'read once' });
  const error = await failureOf(settle(clock, promise));
  close();
  return { error, count: server.requests.length };
}

describe('the number of attempts', () => {
  it.each([408, 429, 500, 502, 503, 504])('S44 is three after status %i', async (status) => {
    const { error, count } = await attempts(answer({ status }));
    expect(count).toBe(3);
    expect(error.code).toBe(status === 429 ? 'rate_limited' : 'service_error');
    expect(error.httpStatus).toBe(status);
  });

  it.each([400, 401, 403, 404, 409, 410, 418, 422, 301, 302, 307, 501, 505])(
    'S44 is one after status %i',
    async (status) => {
      expect((await attempts(answer({ status }))).count).toBe(1);
    },
  );

  it('S44 is three if the connection is closed', async () => {
    const { error, count } = await attempts(reset);
    expect([error.code, count]).toEqual(['connection_reset', 3]);
  });

  it('S44 is three if the body is cut short', async () => {
    const { error, count } = await attempts(truncated);
    expect([error.code, count]).toEqual(['connection_reset', 3]);
  });

  it('S44 is one after a 503 that says "discontinued"', async () => {
    const headers = { 'X-API-Version-Discontinued': '1' };
    const { error, count } = await attempts(answer({ status: 503, headers }));
    expect([error.code, count]).toEqual(['api_discontinued', 1]);
  });

  it('S44 is one after an unreadable answer, or a 200 that contains an error', async () => {
    expect((await attempts(answer({ body: 'no json' }))).count).toBe(1);
    await server.close();
    expect((await attempts(json({ status: 'error', data: null }))).count).toBe(1);
  });

  it('S44 is three for a read, but one for a read with a one-time token', async () => {
    expect((await attempts(answer({ status: 503 }), 'read')).count).toBe(3);
    await server.close();
    expect((await attempts(answer({ status: 503 }), 'read once')).count).toBe(1);
  });

  it('S44 is one, without a wait, if nothing listens', async () => {
    const { api, clock } = apiFor(`http://127.0.0.1:${await closedPort()}`);
    const error = await failureOf(api.mintToken(key, OPTIONS));
    expect(error.code).toBe('connection_refused');
    expect(clock.waiting()).toEqual([]);
  });

  it('S44 does not affect the lifetime, which counts from the attempt that succeeded', async () => {
    server = await startFaultServer([answer({ status: 503 }), MINTED]);
    const { api, clock, close } = apiFor(server.origin, { random: () => 0.5 });
    const started = clock.now();
    const minted = await settle(clock, api.mintToken(key, OPTIONS));
    expect(minted.token.reveal()).toBe('token-1');
    expect(minted.sentAt).toBe(started + 250);
    expect(minted.sentAtMonotonic).toBe(250);
    close();
  });

  it('S44 does not include an attempt on a kept-alive connection that the server had closed', async () => {
    const dropping: Behaviour = (socket, request) => {
      MINTED(socket, request);
      socket.end();
    };
    server = await startFaultServer([dropping]);
    const { api, clock, close } = apiFor(server.origin);
    for (let count = 0; count < 5; count += 1) {
      const minted = await settle(clock, api.mintToken(key, OPTIONS));
      expect(minted.token.reveal()).toBe('token-1');
    }
    close();
  });
});

describe('the delay before a retry', () => {
  it('S44 is random, below 500 ms and then below 1000 ms', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      server = await startFaultServer([answer({ status: 503 })]);
      const expected = seeded(seed);
      const { api, clock, close } = apiFor(server.origin, { random: seeded(seed) });
      const failing = failureOf(api.mintToken(key, OPTIONS));
      for (const [index, limit] of [500, 1000].entries()) {
        await waitsFor(clock);
        const [delay = -1] = clock.waiting();
        expect(delay).toBeCloseTo(expected() * limit, 6);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(limit);
        expect(server.requests.length).toBe(index + 1);
        await clock.advance(delay);
      }
      expect((await failing).code).toBe('service_error');
      expect(clock.waiting()).toEqual([]);
      close();
      await server.close();
    }
  });

  it('S44 S45 is at least Retry-After', async () => {
    server = await startFaultServer([
      answer({ status: 429, headers: { 'Retry-After': '7' } }),
      MINTED,
    ]);
    const { api, clock, close } = apiFor(server.origin, { deadlineMs: 30_000, random: () => 0.9 });
    const minting = api.mintToken(key, OPTIONS);
    await waitsFor(clock, 2);
    expect(clock.waiting()[0]).toBe(7000);
    await clock.advance(7000);
    expect((await minting).sentAtMonotonic).toBe(7000);
    close();
  });

  it.each([
    ['429', 429, '30', 'rate_limited', '30 s'],
    ['503', 503, '3600', 'service_error', '60 min'],
    ['a number beyond every timer', 429, String(2 ** 31), 'rate_limited', '24 h'],
    ['a date', 503, 'Tue, 24 Nov 2026 10:05:00 GMT', 'service_error', '5 min'],
  ])(
    'S45 is not awaited if it exceeds the remaining time, and the error says how long it is: %s',
    async (_, status, value, code, words) => {
      server = await startFaultServer([answer({ status, headers: { 'Retry-After': value } })]);
      const { api, clock, close } = apiFor(server.origin, { deadlineMs: 30_000 });
      const error = await failureOf(api.mintToken(key, OPTIONS));
      expect(error.code).toBe(code);
      expect(error.message).toContain(`wait ${words}`);
      expect(error.hint).toContain(words);
      expect(clock.monotonic()).toBe(0);
      expect(server.requests.length).toBe(1);
      close();
    },
  );

  it('S44 is not awaited if it would reach the time limit', async () => {
    server = await startFaultServer([answer({ status: 503 })]);
    const { api, clock, close } = apiFor(server.origin, { deadlineMs: 400, random: () => 0.8 });
    expect((await failureOf(api.mintToken(key, OPTIONS))).code).toBe('service_error');
    expect(clock.monotonic()).toBe(0);
    close();
  });

  it('S43 S49 ends with the reason of an abort', async () => {
    server = await startFaultServer([answer({ status: 503 })]);
    const { api, clock, aborter, close } = apiFor(server.origin, { random: () => 0.5 });
    const failing = failureOf(api.mintToken(key, OPTIONS));
    await waitsFor(clock);
    aborter.abort(new CliError('interrupted', 'Stopped.'));
    expect((await failing).code).toBe('interrupted');
    expect(clock.waiting()).toEqual([]);
    close();
  });
});

/** Waits until at least `count` timers are set on the fake clock. */
async function waitsFor(clock: FakeClock, count = 1): Promise<void> {
  while (clock.waiting().length < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 10, 24, 10);
  it.each([
    ['0', 0],
    ['2', 2000],
    [' 120 ', 120_000],
    ['2147483648', DAY_MS],
    ['99999999999999999999999', DAY_MS],
    ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
    ['Tuesday, 24-Nov-26 10:00:30 GMT', 30_000],
    ['Tue Nov 24 10:00:30 2026', 30_000],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['Sun, 06 Nov 2044 08:49:37 GMT', DAY_MS],
    ['', undefined],
    ['0x10', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['Infinity', undefined],
    ['soon', undefined],
    ['Tue, garbage', undefined],
    ['2026-11-24', undefined],
    ['1, 2', undefined],
    [undefined, undefined],
  ])('S45 reads %j', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it('S45 ignores an invalid value, and then the delay is random', async () => {
    server = await startFaultServer([
      answer({ status: 429, headers: { 'Retry-After': '0x7fffffff' } }),
      MINTED,
    ]);
    const { api, clock, close } = apiFor(server.origin);
    expect((await settle(clock, api.mintToken(key, OPTIONS))).token.reveal()).toBe('token-1');
    expect(clock.monotonic()).toBe(0);
    close();
  });
});
