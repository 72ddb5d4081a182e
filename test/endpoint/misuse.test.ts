import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { TokenOptions } from '../../src/core/token';
import { clientOf, withTimeout } from '../../src/endpoint/callbacks';
import { createCallerLimit } from '../../src/endpoint/caller-limit';
import { formatLogLine } from '../../src/endpoint/log-entry';
import { isOrigin } from '../../src/endpoint/origin-policy';
import { fakeClock } from '../../src/system/clock';
import { fromPage, newHandler, PAGE, posting, refusalOf } from './support';

/** Returns the options of each minted token as one line. */
const linesOf = (minted: readonly TokenOptions[]) =>
  minted.map(({ access, lifetimeS, oneTime }) => `${access} ${lifetimeS} ${oneTime}`);

describe('S57 a ceiling', () => {
  it.each([
    ['without a value in it', { label: undefined }],
    ['of a user who does not exist', { access: undefined, lifetimeS: undefined }],
  ])('S57 %s permits no token', async (_, answer) => {
    const { handle, minted } = newHandler({ authorize: () => answer });
    expect(await refusalOf(await handle(fromPage()))).toEqual([401, 'unauthenticated']);
    expect(minted).toEqual([]);
  });

  it.each([{ lifetimeS: 'x' }, { lifetimeS: -5 }, { access: 'admin' }, { oneTime: 'x' }])(
    'S57 uses only its own members, and not those of a prototype: %j',
    async (inherited) => {
      const answer = Object.assign(Object.create(inherited), { label: 'ann' });
      const { handle, minted } = newHandler({ authorize: () => answer });
      expect((await handle(fromPage())).status).toBe(200);
      const above = await handle(fromPage({ path: '/token?lifetime_s=120' }));
      expect(await refusalOf(above)).toEqual([403, 'above_ceiling']);
      expect(linesOf(minted)).toEqual(['readwrite 60 false']);
    },
  );

  it('S57 is read once, so that a value that changes cannot raise it', async () => {
    let reads = 0;
    const answer = {
      get lifetimeS() {
        reads += 1;
        return reads === 1 ? 5 : Number.NaN;
      },
    };
    const { handle, minted } = newHandler({ authorize: () => answer });
    expect((await handle(fromPage())).status).toBe(200);
    expect(linesOf(minted)).toEqual(['readwrite 5 false']);
  });
});

describe('a body that a framework has parsed', () => {
  it.each([
    ['a promise', Promise.resolve({ access: 'readonly' })],
    ['bytes without a view', new TextEncoder().encode('{"access":"readonly"}').buffer],
    ['a form', new URLSearchParams('access=readonly')],
    ['a map', new Map([['access', 'readonly']])],
    ['a blob', new Blob(['{"access":"readonly"}'])],
  ])('is rejected if it is %s, and not treated as empty', async (_, body) => {
    const { handle, minted, reports } = newHandler();
    const response = await handle(posting({ access: 'readonly' }), { body });
    expect(await refusalOf(response)).toEqual([500, 'internal_error']);
    expect(String(reports)).toContain('`body`');
    expect(minted).toEqual([]);
  });

  it.each([
    ['a text', '{"access":"readonly"}'.padEnd(70_000)],
    ['bytes', Buffer.alloc(70_000, '[')],
  ])('S59 is limited to 64 KiB even if it is %s', async (_, body) => {
    const { handle, minted } = newHandler();
    expect(await refusalOf(await handle(posting({}), { body }))).toEqual([413, 'body_too_large']);
    expect(minted).toEqual([]);
  });

  it('must be UTF-8', async () => {
    const { handle } = newHandler();
    const body = Buffer.from('{"access":"readonly\xff"}', 'latin1');
    expect((await handle(posting({}), { body })).status).toBe(400);
  });
});

describe('S59 the memory of callers', () => {
  it('S59 does not keep the whole header if the key is a part of it', () => {
    setFlagsFromString('--expose-gc');
    const gc: () => void = runInNewContext('gc');
    const bucketOf = createCallerLimit(1, fakeClock());
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 5_000; count += 1) {
      const header = `id=user-number-${count}; rest=${String(count).padEnd(16_000, 'x')}`;
      bucketOf(header.slice(3, header.indexOf(';'))).take();
    }
    gc();
    // All headers together have 80 MB. If they were kept, the heap would grow by more than 40 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
  });

  it('S59 is not used for a key of NaN, which is an error', async () => {
    const keyOf = () => Number('not a number');
    const { handle, minted } = newHandler({ limitPerCaller: { perMin: 9, keyOf } });
    expect((await handle(fromPage())).status).toBe(500);
    expect(minted).toEqual([]);
  });
});

describe('a request without a signal', () => {
  it('gets its token', async () => {
    const { handle, clock } = newHandler();
    for (const signal of [null, undefined]) {
      const request = { method: 'GET', url: fromPage().url, headers: fromPage().headers, signal };
      expect((await handle(request as unknown as Request)).status).toBe(200);
    }
    expect(clock.waiting()).toEqual([]);
  });

  it('leaves no timer if listening to its signal fails', async () => {
    const clock = fakeClock();
    const client = {
      hasLeft: () => false,
      onLeave() {
        throw new Error('nothing to watch');
      },
    };
    await expect(withTimeout(() => 1, { clock, ms: 10, client })).rejects.toThrow(
      'nothing to watch',
    );
    expect(clock.waiting()).toEqual([]);
  });

  it('starts no work if the client has disconnected', async () => {
    const clock = fakeClock();
    let calls = 0;
    const client = clientOf(new Request('http://localhost/', { signal: AbortSignal.abort() }));
    const work = () => {
      calls += 1;
    };
    await expect(withTimeout(work, { clock, ms: 10, client })).rejects.toThrow(
      'The client disconnected',
    );
    expect([calls, clock.waiting()]).toEqual([0, []]);
  });
});

describe('S28 a label in a log line', () => {
  const lineOf = (label: string) =>
    formatLogLine({
      ...{ at: new Date(0), method: 'GET', status: 200, code: null, ms: 1 },
      ...{ label, origin: PAGE, detail: 'readonly' },
    });

  it.each([
    ['ann@example.com', 'ann@example.com'],
    ['Ann Lee', '"Ann Lee"'],
    ['x https://evil.example POST 200', '"x https://evil.example POST 200"'],
    ['a" b "c', '"a\\" b \\"c"'],
    ['a\r\nGET 200', '"a??GET 200"'],
    ['x'.repeat(1_000_000), `${'x'.repeat(200)}...`],
  ])('S28 is one word, for any content', (label, word) => {
    expect(lineOf(label)).toBe(`GET 200 1 ms readonly ${word} ${PAGE}`);
  });
});

describe('origins of apps', () => {
  it.each([
    ['safari-web-extension://E5B6F3A0-1234-4ABC-9DEF-0123456789AB', true],
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', true],
    ['https://*.example.com', false],
    ['https://EXAMPLE.com', false],
    ['Capacitor://localhost', false],
  ])('are judged correctly: %s, %s', (text, is) => {
    expect(isOrigin(text)).toBe(is);
  });
});
