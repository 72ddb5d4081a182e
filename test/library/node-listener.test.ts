import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createTokenHandler,
  type LogEntry,
  type TokenHandlerOptions,
  toNodeListener,
} from '../../src/index';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { call, sendRaw } from '../sandbox/support';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const JSON_TYPE = { 'content-type': 'application/json' };

function tokenHandler(options: Partial<TokenHandlerOptions> = {}) {
  return createTokenHandler({
    apiKey: sandbox.apiKey,
    apiServer: sandbox.url,
    authenticate: () => true,
    access: 'readwrite',
    lifetimeS: 60,
    ...options,
  } as TokenHandlerOptions);
}

/** Starts a server, and closes it at the end of the test. Returns its URL. */
async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns a listener that works like a body parser: it reads the body, and stores a value on the request. */
function parsing(listener: ReturnType<typeof toNodeListener>): RequestListener {
  return (request: IncomingMessage & { body?: unknown }, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      const isJson = request.headers['content-type'] === 'application/json';
      request.body = text !== '' && isJson ? JSON.parse(text) : {};
      // Express calls a middleware with a function as its third argument.
      listener(request, response, () => undefined);
    });
  };
}

const lifetimeIn = ({ body }: { readonly body: Buffer }) => JSON.parse(String(body)).lifetime_s;

describe('toNodeListener behind a body parser', () => {
  it.each([
    ['{"lifetime_s":7}', JSON_TYPE, 200, 7],
    ['{}', JSON_TYPE, 200, 60],
    ['', {}, 200, 60],
    ['', JSON_TYPE, 200, 60],
    ['{"lifetime_s":61}', JSON_TYPE, 403, undefined],
    ['{"more":1}', JSON_TYPE, 400, undefined],
    ['{"lifetime_s":7}', { 'content-type': 'text/plain' }, 415, undefined],
  ])('uses the parsed body: POST %j of %j', async (body, headers, status, lifetimeS) => {
    const url = await serverOf(parsing(toNodeListener(tokenHandler())));
    const reply = await call(url, '/token', { method: 'POST', headers, body });
    expect([reply.status, lifetimeIn(reply)]).toEqual([status, lifetimeS]);
  });

  it('accepts the request of the framework and passes it to authenticate', async () => {
    const seen: unknown[] = [];
    const authenticate: TokenHandlerOptions['authenticate'] = (_, { raw }) => {
      seen.push(raw);
      return true;
    };
    const context = { user: 'ann' };
    const listener = toNodeListener(tokenHandler({ authenticate }));
    const url = await serverOf((request, response) => {
      request.resume().on('end', () => {
        listener(request, response, { raw: context, body: { lifetime_s: 8 } });
      });
    });
    const post = { method: 'POST', headers: JSON_TYPE, body: '{"lifetime_s":9}' };
    expect(lifetimeIn(await call(url, '/', post))).toBe(8);
    expect(seen).toEqual([context]);
  });

  it('gives authenticate the request of Node.js, with the properties that middleware added', async () => {
    const authenticate = (_: Request, { raw }: { readonly raw: { readonly user?: string } }) =>
      raw.user === 'ann';
    const listener = toNodeListener(tokenHandler({ authenticate } as never));
    const url = await serverOf((request, response) => {
      const [, user] = request.url?.split('=') ?? [];
      listener(Object.assign(request, { user }), response);
    });
    const statusOf = async (query: string) => (await call(url, `/${query}`)).status;
    expect([await statusOf('?lifetime_s=5'), await statusOf('?u=ann')]).toEqual([401, 400]);
  });

  it('reports that the body was not kept', async () => {
    const errors: unknown[] = [];
    const handler = tokenHandler({ onError: (error: unknown) => errors.push(error) });
    const listener = toNodeListener(handler);
    const url = await serverOf((request, response) => {
      request.resume().on('end', () => listener(request, response));
    });
    const post = { method: 'POST', headers: JSON_TYPE, body: '{"lifetime_s":5}' };
    expect((await call(url, '/', post)).status).toBe(500);
    expect(String(errors)).toContain('was read before the handler got the request');
  });

  it('reads the unread body even if a body parser left an empty object', async () => {
    const listener = toNodeListener(tokenHandler());
    const url = await serverOf((request, response) => listener(request, response, { body: {} }));
    const post = { method: 'POST', headers: JSON_TYPE, body: '{"lifetime_s":7}' };
    expect(lifetimeIn(await call(url, '/', post))).toBe(7);
    expect(lifetimeIn(await call(url, '/', { method: 'POST' }))).toBe(60);
  });

  it('reads a body that authenticate has cloned', async () => {
    const authenticate = async (request: Request) => (await request.clone().text()) !== '';
    const url = await serverOf(toNodeListener(tokenHandler({ authenticate })));
    const post = { method: 'POST', headers: JSON_TYPE, body: '{"lifetime_s":5}' };
    expect(lifetimeIn(await call(url, '/', post))).toBe(5);
  });
});

describe('toNodeListener', () => {
  it('accepts requests only to a path', async () => {
    const url = await serverOf(toNodeListener(tokenHandler()));
    const { host } = new URL(url);
    for (const target of [`http://${host}/token`, '*', 'token']) {
      const lines = [`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close', '', ''];
      const answer = await sendRaw(url, lines.join('\r\n'));
      expect([target, answer.slice(0, 12)]).toEqual([target, 'HTTP/1.1 400']);
    }
    for (const host of ['a b', 'user@x', 'x/y']) {
      const lines = ['GET /token HTTP/1.1', `Host: ${host}`, 'Connection: close', '', ''];
      const answer = await sendRaw(url, lines.join('\r\n'));
      expect([host, answer.slice(0, 12)]).toEqual([host, 'HTTP/1.1 400']);
      expect(answer).toContain('bad_request');
    }
  });

  it('needs no Host, as in HTTP/1.0', async () => {
    const url = await serverOf(toNodeListener(tokenHandler()));
    expect(await sendRaw(url, 'GET /token HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('canary-detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('canary-detail'))],
    ['returns nothing', () => undefined],
    ['returns a text', async () => 'canary-detail'],
    [
      'returns a body that fails',
      async () =>
        new Response(
          new ReadableStream({
            pull() {
              throw new Error('canary-detail');
            },
          }),
        ),
    ],
    [
      'returns a body that was read',
      async () => {
        const response = new Response('canary-detail');
        await response.text();
        return response;
      },
    ],
  ])('answers 500 when a handler of the application %s', async (_, handle) => {
    const lines: string[] = [];
    const listener = toNodeListener(handle as never, (line) => lines.push(line));
    const url = await serverOf(listener);
    for (let count = 0; count < 2; count += 1) {
      const reply = await call(url, '/token', { method: 'POST', body: 'x' });
      expect(reply.status).toBe(500);
      expect(String(reply.body)).not.toContain('canary');
    }
    expect(lines).toEqual(['POST 500 internal_error', 'POST 500 internal_error']);
  });

  it('ignores a log that rejects', async () => {
    const fail = () => Promise.reject(new Error('the disk is full'));
    const listener = toNodeListener(() => Promise.reject(new Error('x')), fail);
    expect((await call(await serverOf(listener), '/token')).status).toBe(500);
  });

  it('sends the response of the application, with separate cookies', async () => {
    const handle = (() => {
      const response = new Response('hello', { status: 201, headers: { 'x-one': '1' } });
      response.headers.append('set-cookie', 'a=1; Path=/');
      response.headers.append('set-cookie', 'b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT');
      return response;
    }) as unknown as (request: Request) => Promise<Response>;
    const reply = await call(await serverOf(toNodeListener(handle)), '/');
    expect([reply.status, String(reply.body)]).toEqual([201, 'hello']);
    expect(reply.headers).toMatchObject({
      'x-one': '1',
      'content-length': '5',
      'set-cookie': ['a=1; Path=/', 'b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT'],
    });
  });

  it('does not call onError for a client that disconnects in the middle of its body', async () => {
    const errors: unknown[] = [];
    let end: (entry: LogEntry) => void = () => undefined;
    const ended = new Promise<LogEntry>((resolve) => {
      end = resolve;
    });
    const onError = (error: unknown) => errors.push(error);
    const url = await serverOf(toNodeListener(tokenHandler({ onError, log: end })));
    const { host, port } = new URL(url);
    const client = connectTcp(Number(port), '127.0.0.1');
    const head = ['POST /token HTTP/1.1', `Host: ${host}`, 'Content-Type: application/json'];
    client.write([...head, 'Content-Length: 9', '', '{'].join('\r\n'), () => client.destroy());
    expect(await ended).toMatchObject({ status: 499, code: 'client_gone' });
    expect(errors).toEqual([]);
  });

  it('changes neither globals nor a response that was already sent', async () => {
    const { Request: request, Response: response } = globalThis;
    const listener = toNodeListener(tokenHandler());
    const url = await serverOf(async (incoming, outgoing) => {
      outgoing.writeHead(504).end();
      await listener(incoming, outgoing);
    });
    expect((await call(url, '/token')).status).toBe(504);
    expect([globalThis.Request, globalThis.Response]).toEqual([request, response]);
  });
});

describe('toNodeListener with arguments that are not from Node.js', () => {
  const context = { method: 'GET', url: '/token', headers: {}, req: {}, res: {} };
  it.each<[name: string, args: readonly unknown[]]>([
    ['nothing', []],
    ['the context of Koa', [context, () => undefined]],
    ['the request and the reply of Fastify', [context, { raw: {}, send: () => undefined }]],
    ['a standard Request', [new Request('https://app.example.com/token')]],
  ])('calls onError and never rejects: %s', async (_, args) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const errors: unknown[] = [];
    const entries: LogEntry[] = [];
    const handler = tokenHandler({
      onError: (error: unknown) => errors.push(error),
      log: (entry: LogEntry) => entries.push(entry),
    });
    const listener = toNodeListener(handler) as (...args: readonly unknown[]) => Promise<void>;
    expect(await listener(...args)).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(String(errors)).toContain('context.req and context.res');
    expect([errors.length, entries, rejections]).toEqual([1, [], []]);
  });

  it('answers if it can', async () => {
    const listener = toNodeListener(tokenHandler()) as (...args: unknown[]) => Promise<void>;
    const others: ((response: unknown) => readonly unknown[])[] = [
      (response) => [undefined, response],
      (res) => [{ ...context, res }, () => undefined],
      (raw) => [context, { raw }],
    ];
    for (const argumentsWith of others) {
      const url = await serverOf((_, response) => listener(...argumentsWith(response)));
      expect((await call(url, '/token')).status).toBe(500);
    }
  });

  it('logs what a handler of the application threw', async () => {
    const errors: unknown[] = [];
    const fail = async () => {
      throw new Error('the store is down');
    };
    const listener = toNodeListener(fail as never, (_, error) => errors.push(error));
    expect((await call(await serverOf(listener), '/token')).status).toBe(500);
    expect(errors).toEqual([new Error('the store is down')]);
  });

  it.each([undefined, {}, 'x'])('rejects %j as its handler', (handler) => {
    expect(() => toNodeListener(handler as never)).toThrow(
      expect.objectContaining({ name: 'TokenError', code: 'invalid_value' }),
    );
  });
});

describe('toNodeListener in HTTP/2', () => {
  const open: Http2Server[] = [];
  afterAll(() => {
    for (const server of open) server.close();
  });

  it('answers as in HTTP/1.1', async () => {
    const server = createHttp2Server(toNodeListener(tokenHandler({ ratePerMin: 4 })));
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const ask = (headers: Readonly<Record<string, string>>, body = '') =>
      new Promise<readonly [number, number | undefined]>((resolve, reject) => {
        const stream = client.request(
          { ':path': '/token', ...headers },
          { endStream: body === '' },
        );
        let text = '';
        let status = 0;
        stream.on('response', (head) => {
          status = Number(head[':status']);
        });
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        stream.on('end', () => resolve([status, text ? JSON.parse(text).lifetime_s : undefined]));
        stream.on('error', reject);
        if (body !== '') stream.end(body);
      });
    const post = { ':method': 'POST', ...JSON_TYPE };
    expect(await ask({})).toEqual([200, 60]);
    expect(await ask({ ':path': '/token?lifetime_s=5' })).toEqual([200, 5]);
    expect(await ask(post, '{"lifetime_s":7}')).toEqual([200, 7]);
    expect(await ask(post, ' '.repeat(300_000))).toEqual([413, undefined]);
    expect(await ask({ origin: 'https://evil.example' })).toEqual([403, undefined]);
    expect(await ask({ ':method': 'PUT' }, 'x')).toEqual([405, undefined]);
    expect(await ask(post)).toEqual([200, 60]);
    expect(await ask({})).toEqual([429, undefined]);
    client.close();
  });
});
