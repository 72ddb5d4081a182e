import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTokenHandler,
  formatLogLine,
  isTokenError,
  type LogEntry,
  mintToken,
  TokenError,
  type TokenHandlerOptions,
  toNodeListener,
} from '../../src/index';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { startService } from '../e2e/support/service';
import { type CallOptions, call, type Reply } from '../sandbox/support';

const PAGE = 'https://app.example.com';
const COOKIE = 'session=valid-canary';
const TOKEN_FORM = /^[\w-]{43}$/;

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const hasSession = ({ headers }: Request) => headers.get('cookie') === COOKIE;

function handlerWith(options: Partial<TokenHandlerOptions> = {}) {
  const lines: string[] = [];
  const errors: unknown[] = [];
  const handle = createTokenHandler({
    ...(!('mint' in options) && { apiKey: sandbox.apiKey, apiServer: sandbox.url }),
    authenticate: hasSession,
    allowOrigins: [PAGE],
    access: 'readwrite',
    lifetimeS: 60,
    log: (entry: LogEntry) => lines.push(formatLogLine(entry)),
    onError: (error: unknown) => errors.push(error),
    ...options,
  } as TokenHandlerOptions);
  return { handle, lines, errors };
}

const asking = (headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) =>
  new Request('https://app.example.com/api/token', {
    ...init,
    headers: { cookie: COOKIE, ...headers },
  });

const codeIn = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code;

describe('createTokenHandler', () => {
  it.each([undefined, null, true, 'yes', {}])(
    'S57 throws if authenticate is %j',
    (authenticate) => {
      const options = { apiKey: 'a-key', authenticate } as unknown as TokenHandlerOptions;
      let thrown: unknown;
      try {
        createTokenHandler(options);
      } catch (error) {
        thrown = error;
      }
      expect(isTokenError(thrown) && thrown.code).toBe('invalid_value');
      expect(String(thrown)).toContain('authenticate');
    },
  );

  it.each([
    [{ apiKey: '' }, 'key_empty'],
    [{ apiKey: 'two words' }, 'key_malformed'],
    [{ access: 'admin' }, 'invalid_value'],
    [{ lifetimeS: 500 }, 'invalid_value'],
    [{ allowOrigins: ['*'] }, 'invalid_value'],
    [{ allowOrigins: ['null'] }, 'invalid_value'],
    [{ allowOrigins: ['https://app.example.com/'] }, 'invalid_value'],
    [{ ratePerMin: 0 }, 'invalid_value'],
    [{ maxAtOnce: 0 }, 'invalid_value'],
    [{ timeoutMs: -1 }, 'invalid_value'],
    [{ mint: 'a-key' }, 'invalid_value'],
    [{ allowOrigins: 'https://app.example.com' }, 'invalid_value'],
    [{ allowOrigins: ['capacitor://'] }, 'invalid_value'],
    [{ allowOrigins: ['javascript://x'] }, 'invalid_value'],
    [{ allowOrigins: [new URL('https://app.example.com')] }, 'invalid_value'],
    [{ allowHeaders: ['*'] }, 'invalid_value'],
    [{ allowHeaders: ['X-A, X-B'] }, 'invalid_value'],
    [{ allowHeaders: 'X-CSRF-Token' }, 'invalid_value'],
    [{ limitPerCaller: {} }, 'invalid_value'],
    [{ limitPerCaller: null }, 'invalid_value'],
    [{ limitPerCaller: { perMin: 0, keyOf: () => 'x' } }, 'invalid_value'],
    [{ limitPerCaller: { perMin: 1, keyOf: 'x' } }, 'invalid_value'],
    [{ log: 'x' }, 'invalid_value'],
    [{ onError: {} }, 'invalid_value'],
    [{ apiKey: undefined }, 'invalid_value'],
    [{ apiKey: 7 }, 'invalid_value'],
    [{ apiServer: 'nowhere' }, 'invalid_server'],
    [{ apiServer: 'http://api.example.com' }, 'insecure_server'],
  ])('throws for %j: %s', (options, code) => {
    expect(() => handlerWith(options as Partial<TokenHandlerOptions>)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('throws with a code if there are no options', () => {
    const create = createTokenHandler as (options?: unknown) => unknown;
    expect(() => create()).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });

  it('never exceeds its options, and uses the most restrictive defaults', async () => {
    const options = { access: undefined, lifetimeS: undefined };
    const { handle } = handlerWith(options);
    expect(await (await handle(asking())).json()).toMatchObject({
      token: expect.stringMatching(TOKEN_FORM),
      access: 'readonly',
      lifetime_s: 10,
      one_time: true,
    });
    const more = asking(
      { 'content-type': 'application/json' },
      { method: 'POST', body: '{"lifetime_s":11}' },
    );
    expect(await codeIn(await handle(more))).toBe('above_ceiling');
  });

  it.each([
    ['no', () => false],
    ['a promise of no', async () => false],
    ['a text', () => 'yes'],
    ['a user', () => ({ id: 1 })],
    ['nothing', () => undefined],
  ])('S57 mints nothing when authenticate answers with %s', async (_, authenticate) => {
    const before = sandbox.stats().mints;
    const { handle } = handlerWith({
      authenticate: authenticate as TokenHandlerOptions['authenticate'],
    });
    for (const request of [asking(), asking({ origin: PAGE }), asking({}, { method: 'POST' })]) {
      const response = await handle(request);
      expect(response.status).toBe(401);
      expect(await codeIn(response)).toBe('unauthenticated');
    }
    expect(sandbox.stats().mints).toBe(before);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('canary-detail');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('canary-detail');
      },
    ],
  ])(
    'S57 mints nothing when authenticate %s, and sends no details to the client',
    async (_, authenticate) => {
      const before = sandbox.stats().mints;
      const { handle, lines, errors } = handlerWith({ authenticate });
      const response = await handle(asking());
      expect([response.status, await codeIn(response.clone())]).toEqual([
        503,
        'authentication_unavailable',
      ]);
      expect(await response.text()).not.toContain('canary');
      expect(lines.join()).not.toContain('canary');
      expect(errors).toEqual([expect.objectContaining({ message: 'canary-detail' })]);
      expect(sandbox.stats().mints).toBe(before);
    },
  );

  it('S56 does not call authenticate for a page that is not allowed, or for a preflight', async () => {
    let asked = 0;
    const { handle } = handlerWith({
      authenticate: () => {
        asked += 1;
        return true;
      },
    });
    for (const origin of ['null', 'https://evil.example', 'http://app.example.com']) {
      const response = await handle(asking({ origin }));
      expect([origin, response.status]).toEqual([origin, 403]);
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
    }
    const crossSite = await handle(asking({ 'sec-fetch-site': 'cross-site' }));
    expect(crossSite.status).toBe(403);
    const preflight = await handle(asking({ origin: PAGE }, { method: 'OPTIONS' }));
    expect(preflight.status).toBe(204);
    expect(asked).toBe(0);
    expect((await handle(asking({ origin: PAGE }))).status).toBe(200);
    expect(asked).toBe(1);
  });

  it('mints with the function of the application', async () => {
    const wishes: unknown[] = [];
    const { handle } = handlerWith({
      mint: async ({
        signal,
        ...wanted
      }: {
        signal: AbortSignal;
        access: 'readonly' | 'readwrite';
      }) => {
        wishes.push(wanted);
        return mintToken({ apiKey: sandbox.apiKey, apiServer: sandbox.url, signal, ...wanted });
      },
    } as Partial<TokenHandlerOptions>);
    const json = { 'content-type': 'application/json' };
    const response = await handle(asking(json, { method: 'POST', body: '{"lifetime_s":5}' }));
    expect(await response.json()).toMatchObject({
      token: expect.stringMatching(TOKEN_FORM),
      lifetime_s: 5,
    });
    expect(wishes).toEqual([{ access: 'readwrite', lifetimeS: 5, oneTime: true }]);
  });

  it.each([
    ['no token', async () => ({ token: 'two words', issuedAt: new Date() })],
    ['nothing', async () => undefined],
  ])('answers only 500 if the mint function of the application returns %s', async (_, mint) => {
    const { handle, errors } = handlerWith({ mint } as unknown as Partial<TokenHandlerOptions>);
    const response = await handle(asking());
    expect([response.status, await codeIn(response)]).toEqual([500, 'internal_error']);
    expect(errors).toHaveLength(1);
  });

  it('treats an exception of mint like a rejection', async () => {
    const details = { httpStatus: 429, retryAfterMs: 5000 };
    const { handle } = handlerWith({
      mint: () => {
        throw new TokenError('rate_limited', 'Too many.', details);
      },
    });
    const response = await handle(asking());
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'a-token'],
    ['no token', { token: 'two words', issuedAt: new Date() }],
    ['no time', { token: 'a-token' }],
    ['an invalid time', { token: 'a-token', issuedAt: new Date(Number.NaN) }],
  ])('reports what mint must return when it returns %s', async (_, value) => {
    const { handle, errors } = handlerWith({ mint: (async () => value) as never });
    expect((await handle(asking())).status).toBe(500);
    expect(String(errors)).toContain('mint must return { token, issuedAt }');
    expect(String(errors)).not.toContain('two words');
  });

  it('S58 sends the code of a failure to the client, and its text only to the log', async () => {
    const { handle, lines, errors } = handlerWith({ apiKey: 'canary-wrong-key' });
    const response = await handle(asking({ origin: PAGE }));
    expect(response.status).toBe(502);
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(await response.json()).toEqual({
      error: { code: 'key_refused', message: expect.stringContaining('refused the API key') },
    });
    expect(lines).toEqual([expect.stringMatching(/^GET 502 \d+ ms key_refused: /)]);
    expect(lines.join()).not.toContain('canary');
    expect(errors).toEqual([expect.objectContaining({ code: 'key_refused' })]);
  });

  it('ignores a log that throws', async () => {
    const fail = () => {
      throw new Error('the disk is full');
    };
    const { handle } = handlerWith({ log: fail, onError: fail, apiKey: 'wrong' });
    expect((await handle(asking())).status).toBe(502);
  });

  it('calls the function for the key once, at the first request', async () => {
    let reads = 0;
    const { handle } = handlerWith({
      apiKey: async () => {
        reads += 1;
        return sandbox.apiKey;
      },
    });
    expect(reads).toBe(0);
    const answers = await Promise.all([handle(asking()), handle(asking())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await handle(asking())).status).toBe(200);
    expect(reads).toBe(1);
  });

  it('calls the function for the key again if it failed or the key is refused', async () => {
    const keys = ['', 'wrong-key', sandbox.apiKey, 'wrong-key'];
    const { handle, errors } = handlerWith({ apiKey: () => keys.shift() ?? '' });
    const codes: (readonly [number, string | null])[] = [];
    for (let count = 0; count < 4; count += 1) {
      const response = await handle(asking());
      codes.push([response.status, response.ok ? null : await codeIn(response)]);
    }
    expect(codes).toEqual([
      [502, 'key_empty'],
      [502, 'key_refused'],
      [200, null],
      [200, null],
    ]);
    expect(errors).toHaveLength(2);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('canary-detail')), 500, 'internal_error'],
    ['returns nothing', () => undefined, 502, 'key_empty'],
  ])('answers with a code when the function for the key %s', async (_, apiKey, status, code) => {
    const { handle, errors } = handlerWith({ apiKey } as Partial<TokenHandlerOptions>);
    const response = await handle(asking());
    expect(await response.clone().text()).not.toContain('canary');
    expect([response.status, await codeIn(response)]).toEqual([status, code]);
    expect(errors).toHaveLength(1);
  });

  it('S58 passes on that the service is overloaded, with its Retry-After', async () => {
    const service = await startService({
      onMint: (response) => response.writeHead(429, { 'retry-after': '77' }).end('{}'),
    });
    const { handle } = handlerWith({ apiServer: service.url, apiKey: 'a-key' });
    const response = await handle(asking({ origin: PAGE }));
    expect([response.status, await codeIn(response)]).toEqual([503, 'rate_limited']);
    expect(response.headers.get('retry-after')).toBe('77');
    await service.close();
  });

  it('S59 keeps to a rate limit', async () => {
    const { handle } = handlerWith({ ratePerMin: 1 });
    expect((await handle(asking())).status).toBe(200);
    const refused = await handle(asking());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
  });
});

type Mount = (handle: (request: Request) => Promise<Response>) => Promise<{
  readonly url: string;
  close(): Promise<unknown>;
}>;

const closing = (server: ServerType) =>
  new Promise((resolve) => {
    server.close(resolve);
    if ('closeAllConnections' in server) server.closeAllConnections();
  });

const urlOf = (server: ServerType) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const MOUNTS: readonly (readonly [string, Mount])[] = [
  [
    'hono',
    async (handle) => {
      const app = new Hono();
      app.all('/api/token', (context) => handle(context.req.raw));
      const server = await new Promise<ServerType>((resolve) => {
        const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
          resolve(started),
        );
      });
      return { url: urlOf(server), close: () => closing(server) };
    },
  ],
  [
    "Node's own http",
    async (handle) => {
      const listener = toNodeListener(handle);
      const server = createServer((request, response) => {
        if (request.url?.split('?')[0] === '/api/token') listener(request, response);
        else response.writeHead(404).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { url: urlOf(server), close: () => closing(server) };
    },
  ],
];

describe.each(MOUNTS)('createTokenHandler mounted in %s', (_, mount) => {
  const bodyOf = ({ body }: Reply) => JSON.parse(String(body));
  const withMounted = async (
    options: Partial<TokenHandlerOptions>,
    use: (
      ask: (more?: CallOptions, query?: string) => Promise<Reply>,
      url: string,
    ) => Promise<void>,
  ) => {
    const mounted = await mount(handlerWith(options).handle);
    try {
      await use(
        (more = {}, query = '') =>
          call(mounted.url, `/api/token${query}`, {
            ...more,
            headers: { cookie: COOKIE, ...more.headers },
          }),
        mounted.url,
      );
    } finally {
      await mounted.close();
    }
  };

  it('mints working tokens', async () => {
    await withMounted({}, async (ask) => {
      const page = { origin: PAGE };
      const json = { ...page, 'content-type': 'application/json' };
      const replies = [
        await ask(),
        await ask({}, '?lifetime_s=5&access=readonly'),
        await ask({ method: 'POST', headers: page }),
        await ask({ method: 'POST', headers: json, body: '{"lifetime_s":7}' }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(replies.map((reply) => bodyOf(reply).lifetime_s)).toEqual([60, 5, 60, 7]);
      for (const reply of replies) {
        expect(reply.headers['cache-control']).toBe('no-store');
        const { token } = bodyOf(reply);
        const read = await call(sandbox.url, '/transcriptions', {
          authorization: `Bearer ${token}`,
        });
        expect(read.status).toBe(200);
      }
    });
  });

  it('rejects the same requests as serve', async () => {
    await withMounted({}, async (ask) => {
      const page = { origin: PAGE };
      const statusOf = async (more: CallOptions, query = '') => (await ask(more, query)).status;
      const before = sandbox.stats().mints;
      expect(await statusOf({ headers: { cookie: 'session=no' } })).toBe(401);
      expect(await statusOf({ headers: { origin: 'null' } })).toBe(403);
      expect(await statusOf({ headers: { origin: 'https://evil.example' } })).toBe(403);
      expect(await statusOf({ method: 'OPTIONS', headers: page })).toBe(204);
      expect(await statusOf({ method: 'OPTIONS' })).toBe(403);
      expect(await statusOf({ method: 'PUT', body: '{}' })).toBe(405);
      expect(await statusOf({ method: 'HEAD' })).toBe(405);
      expect(await statusOf({}, '?lifetime_s=61')).toBe(403);
      expect(await statusOf({}, '?lifetime_s=x')).toBe(400);
      const text = { ...page, 'content-type': 'text/plain' };
      expect(await statusOf({ method: 'POST', headers: text, body: '{}' })).toBe(415);
      const json = { ...page, 'content-type': 'application/json' };
      expect(await statusOf({ method: 'POST', headers: json, body: '{' })).toBe(400);
      const large = Buffer.alloc(100_000, 0x20);
      expect(await statusOf({ method: 'POST', headers: json, body: large })).toBe(413);
      const chunked = { ...json, 'transfer-encoding': 'chunked' };
      expect(await statusOf({ method: 'POST', headers: chunked, body: large })).toBe(413);
      expect(sandbox.stats().mints).toBe(before);
    });
  });

  it('cancels minting when the client disconnects', async () => {
    const service = await startService({ onMint: () => undefined });
    await withMounted({ apiServer: service.url, apiKey: 'a-key' }, async (_ask, url) => {
      const { host, port } = new URL(url);
      const client = connect(Number(port), '127.0.0.1');
      client.write(`GET /api/token HTTP/1.1\r\nHost: ${host}\r\nCookie: ${COOKIE}\r\n\r\n`);
      await service.until(() => service.counts.mints === 1);
      client.destroy();
      await service.until(() => service.openConnections() === 0);
    });
    await service.close();
  });
});
