import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { secret } from '../../src/core/secret';
import type { EndpointRules } from '../../src/endpoint/rules';
import { startEndpoint } from '../../src/endpoint/server';
import { systemClock } from '../../src/system/clock';
import { call, sendRaw } from '../sandbox/support';
import { reachedBeyondLoopback } from '../support/loopback';
import { newHandler, PAGE, SECRET, TOKEN } from './support';

const NO_HEADERS = { headersMs: 100, requestMs: 600_000, checkMs: 20, connections: 512 };
const NO_BODY = { ...NO_HEADERS, requestMs: 200 };

/** Starts a server that accepts the same requests as `serve`, and closes it after the test. */
async function endpoint(
  rules: Partial<EndpointRules> = {},
  limits?: Parameters<typeof startEndpoint>[1],
) {
  const handler = newHandler(rules);
  const serverLines: string[] = [];
  const log = (line: string) => serverLines.push(line);
  const running = await startEndpoint(
    { port: 0, handle: handler.handle, clock: systemClock(), log },
    limits,
  );
  onTestFinished(() => running.close());
  return { ...handler, ...running, serverLines, port: Number(new URL(running.url).port) };
}

const page = { headers: { origin: PAGE } };
const authorization = `Bearer ${SECRET}`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const codeOf = ({ body }: { readonly body: Buffer }) => JSON.parse(String(body)).error.code;

describe('S54 the endpoint listens on loopback only', () => {
  it('S54 and refuses connections on other interfaces', async () => {
    const { url, port } = await endpoint();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    for (const [host, outcome] of await reachedBeyondLoopback(port)) {
      expect([host, outcome]).toEqual([host, 'refused']);
    }
  });

  it('and reports that its port is in use', async () => {
    const { port, handle } = await endpoint();
    await expect(
      startEndpoint({ port, handle, clock: systemClock(), log: () => {} }),
    ).rejects.toMatchObject({
      code: 'cannot_listen',
      message: `Port ${port} is in use.`,
    });
  });
});

describe('S55 the Host header', () => {
  const routes = ['GET /token', 'POST /token', 'OPTIONS /token', 'GET /', 'PUT /x', 'HEAD /token'];
  const request = (line: string, hosts: readonly string[], more: readonly string[] = []) =>
    [
      line,
      ...hosts.map((host) => `Host: ${host}`),
      `Authorization: ${authorization}`,
      `Origin: ${PAGE}`,
      ...(more.length > 0 ? more : ['Connection: close']),
      '',
      '',
    ].join('\r\n');
  const UPGRADE = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGVzdHRlc3R0ZXN0dGVzdA==',
    'Connection: close',
  ];

  it.each([
    ['foreign', (port: number) => [`evil.example:${port}`], 421],
    ['with a suffix', (port: number) => [`localhost.evil.example:${port}`], 421],
    ['with a trailing dot', (port: number) => [`localhost.:${port}`], 421],
    ['a name that resolves to loopback', (port: number) => [`127.0.0.1.nip.io:${port}`], 421],
    ['another loopback address', (port: number) => [`127.0.0.2:${port}`], 421],
    ['with another port', () => ['127.0.0.1:1'], 421],
    ['without the port', () => ['127.0.0.1'], 421],
    ['with a user', (port: number) => [`user@127.0.0.1:${port}`], 421],
    ['empty', () => [''], 421],
    ['missing', () => [], 400],
    ['twice', (port: number) => [`127.0.0.1:${port}`, `127.0.0.1:${port}`], 400],
    ['twice, one foreign', (port: number) => [`127.0.0.1:${port}`, 'evil.example'], 400],
  ])('S55 %s is refused on every route before authentication', async (_, hosts, status) => {
    let asked = 0;
    const authorize = () => {
      asked += 1;
      return true;
    };
    const { url, port, minted, serverLines } = await endpoint({ authorize });
    for (const route of routes) {
      const answer = await sendRaw(url, request(`${route} HTTP/1.1`, hosts(port)));
      expect([route, statusOf(answer)]).toEqual([route, status]);
      expect(answer).not.toContain('access-control');
      expect(answer).not.toContain(TOKEN);
    }
    const upgrade = request('GET /token HTTP/1.1', hosts(port), UPGRADE);
    expect(statusOf(await sendRaw(url, upgrade))).toBe(status);
    expect({ asked, minted }).toEqual({ asked: 0, minted: [] });
    expect(serverLines).toHaveLength(routes.length + 1);
    expect(serverLines.join()).not.toMatch(/evil|nip|\/token/);
    const code = status === 421 ? 'wrong_host' : 'bad_request';
    for (const line of serverLines) expect(line).toContain(` ${status} ${code}: `);
  });

  it('S55 in an absolute target is refused, even if it is correct', async () => {
    const { url, minted } = await endpoint();
    const { host } = new URL(url);
    for (const target of [`${url}/token`, 'http://evil.example/token', '*', 'token']) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await sendRaw(url, request(`${method} ${target} HTTP/1.1`, [host]));
        expect([target, statusOf(answer)]).toEqual([target, 400]);
      }
    }
    expect(minted).toEqual([]);
  });

  it('S55 the three loopback names are accepted', async () => {
    const { url, port } = await endpoint();
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      const answer = await sendRaw(url, request('GET /token HTTP/1.1', [`${name}:${port}`]));
      expect([name, statusOf(answer)]).toEqual([name, 200]);
    }
  });

  it('is not needed to log an unreadable request', async () => {
    const { url, serverLines } = await endpoint();
    const answer = await sendRaw(url, 'GARBAGE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(serverLines).toEqual(['(unreadable request) 400 bad_request']);
  });

  it('permits no upgrade, even if it is correct', async () => {
    const { url, port } = await endpoint();
    const answer = await sendRaw(
      url,
      request('GET /token HTTP/1.1', [`127.0.0.1:${port}`], UPGRADE),
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer.toLowerCase()).not.toContain('upgrade:');
  });
});

describe('a request over a real connection', () => {
  it('passes method, query, headers and body to the handler', async () => {
    const { url, minted } = await endpoint();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<unknown>();
    const send = (method: string, path: string, body?: string, chunked = false) =>
      new Promise<number>((resolve, reject) => {
        const headers = {
          authorization,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(chunked && { 'transfer-encoding': 'chunked' }),
        };
        const outgoing = httpRequest(new URL(path, url), { method, headers, agent }, (incoming) => {
          incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
        });
        outgoing.on('error', reject);
        outgoing.on('socket', (socket) => sockets.add(socket));
        outgoing.end(body);
      });
    expect(await send('GET', '/token?lifetime_s=5')).toBe(200);
    expect(await send('POST', '/token', '{"lifetime_s":6}')).toBe(200);
    expect(await send('POST', '/token')).toBe(200);
    expect(await send('POST', '/nowhere', 'a body that nobody reads')).toBe(404);
    expect(await send('POST', '/token', ' '.repeat(1_000_000), true)).toBe(413);
    expect(await send('GET', '/token?lifetime_s=7')).toBe(200);
    expect(sockets.size).toBe(1);
    expect(minted.map(({ lifetimeS }) => lifetimeS)).toEqual([5, 6, 60, 7]);
    agent.destroy();
  });

  it('S56 is refused if it has two Origin headers', async () => {
    const { url, port, minted } = await endpoint();
    const lines = ['GET /token HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close'];
    for (const origins of [
      [PAGE, PAGE],
      [PAGE, 'http://evil.example'],
    ]) {
      const headers = origins.map((origin) => `Origin: ${origin}`);
      const answer = await sendRaw(url, [...lines, ...headers, '', ''].join('\r\n'));
      expect(statusOf(answer)).toBe(403);
      expect(answer).not.toContain('access-control');
    }
    expect(minted).toEqual([]);
  });

  it('is logged without the error if it fails in the handler', async () => {
    const logged: (readonly unknown[])[] = [];
    const { url, close } = await startEndpoint({
      port: 0,
      clock: systemClock(),
      handle: () => Promise.reject(new Error('canary-detail')),
      log: (...args) => logged.push(args),
    });
    onTestFinished(close);
    expect((await call(url, '/token')).status).toBe(500);
    expect(logged).toEqual([['GET 500 internal_error']]);
  });

  it('is refused if a standard Request cannot represent it', async () => {
    const { url, minted } = await endpoint();
    const reply = await call(url, '/token', { method: 'TRACE', authorization });
    expect([reply.status, codeOf(reply)]).toEqual([405, 'method_not_allowed']);
    expect(minted).toEqual([]);
  });

  it.each([
    ['not HTTP', 'nonsense\r\n\r\n', 400],
    ['too many headers', `GET /token HTTP/1.1\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
  ])('is refused when it is %s', async (_, bytes, status) => {
    const { url, minted } = await endpoint();
    const answer = await sendRaw(url, bytes);
    expect(statusOf(answer)).toBe(status);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error.code).toEqual(expect.any(String));
    expect(minted).toEqual([]);
  });

  it('stops its mint if the client disconnects', async () => {
    let arrived: (socket: Socket) => void = () => undefined;
    let ended: (reason: string) => void = () => undefined;
    const outcome = new Promise<string>((resolve) => {
      ended = resolve;
    });
    const reached = new Promise<unknown>((resolve) => {
      arrived = resolve;
    });
    const { port } = await endpoint({
      mint: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            ended('aborted');
            reject(signal.reason);
          });
          arrived(client);
        }),
    });
    const client = connect(port, '127.0.0.1');
    client.write(`GET /token HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${PAGE}\r\n\r\n`);
    await reached;
    client.destroy();
    expect(await outcome).toBe('aborted');
  });
});

describe('S59 requests that are too slow, too large or too many', () => {
  it.each([
    ['sends nothing', '', NO_HEADERS],
    ['never ends its headers', 'GET /token HTTP/1.1\r\nHost: x\r\n', NO_HEADERS],
    [
      'never ends its body',
      `POST /token HTTP/1.1\r\nHost: HOST\r\nOrigin: ${PAGE}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      NO_BODY,
    ],
    [
      'never ends a body that nobody reads',
      'POST /token HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\n{',
      NO_BODY,
    ],
  ])('S59 are disconnected if the client %s', async (_, bytes, limits) => {
    const { port, minted } = await endpoint({}, limits);
    const client = connect(port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    let answer = '';
    client.on('data', (chunk) => {
      answer += chunk;
    });
    client.on('error', () => {});
    client.write(bytes.replace('HOST', `127.0.0.1:${port}`));
    await once(client, 'close');
    expect(answer).not.toContain(' 200 ');
    expect(minted).toEqual([]);
  });

  it.each([
    ['with its length', { 'content-length': String(10_000_000) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('S59 get 413 for a body of 10 MB %s', async (_, headers) => {
    const { url, minted } = await endpoint();
    const reply = await call(url, '/token', {
      method: 'POST',
      authorization,
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.alloc(10_000_000, 0x20),
    });
    expect([reply.status, codeOf(reply)]).toEqual([413, 'body_too_large']);
    expect(minted).toEqual([]);
    expect((await call(url, '/token', page)).status).toBe(200);
  });

  it('S59 get only as many tokens as the rate allows, even if there are a thousand at once', async () => {
    const { url, minted } = await endpoint({ ratePerMin: 60 });
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        const outgoing = httpRequest(new URL('/token', url), { ...page, agent }, (incoming) => {
          incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    const statuses = await Promise.all(Array.from({ length: 1000 }, ask));
    agent.destroy();
    const count = (status: number) => statuses.filter((each) => each === status).length;
    expect(count(200)).toBe(minted.length);
    expect(count(200) + count(503)).toBe(60);
    expect(count(429)).toBe(940);
  });

  it('S59 do not delay the stop of the server', async () => {
    let waiting = 0;
    let bothWait: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      bothWait = resolve;
    });
    const never = () => {
      waiting += 1;
      if (waiting === 2) bothWait();
      return new Promise<never>(() => {});
    };
    const { url, port, close } = await endpoint({ mint: never });
    const cut = [call(url, '/token', page), call(url, '/token', page)].map((reply) =>
      reply.then(
        () => 'answered',
        () => 'cut',
      ),
    );
    const idle = connect(port, '127.0.0.1');
    idle.on('error', () => {});
    const idleEnds = once(idle, 'close');
    await reached;
    await close();
    await close();
    expect(await Promise.all(cut)).toEqual(['cut', 'cut']);
    await idleEnds;
    const refused = connect(port, '127.0.0.1');
    const [error] = await once(refused, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('S58 an answer over a real connection', () => {
  it('S58 is not cached, and contains no secret', async () => {
    const { url, clock, lines } = await endpoint({
      mint: async () => ({ token: secret(TOKEN), sentAt: clock.now() }),
    });
    const reply = await call(url, '/token', { authorization });
    expect(reply.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    });
    const all = JSON.stringify(reply.headers) + String(reply.body);
    expect(all).not.toContain(SECRET);
    expect(lines.join()).not.toMatch(/canary/);
  });
});
