import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEndpoint } from '../../src/endpoint/server';
import { systemClock } from '../../src/system/clock';
import { call, KEY, sandbox } from '../sandbox/support';
import { fromPage, newHandler, newRequest, PAGE, posting, refusalOf, SECRET } from './support';

/** Opens connections, and sends the start of a request on each. The client never closes its side of a connection. */
async function hold(url: string, count: number, text: string): Promise<readonly Socket[]> {
  const { port, host } = new URL(url);
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
          onTestFinished(() => void socket.destroy());
          socket.on('error', () => undefined).on('data', () => undefined);
          socket.on('connect', () =>
            socket.write(text.replace('HOST', host), () => resolve(socket)),
          );
        }),
    ),
  );
}

const isClosed = (socket: Socket) =>
  socket.destroyed || new Promise<boolean>((resolve) => socket.on('close', () => resolve(true)));

const SILENT = '';
const HALF_HEADERS = 'GET /token HTTP/1.1\r\nHost: x\r\n';
const HALF_BODY = `POST /token HTTP/1.1\r\nHost: HOST\r\nOrigin: ${PAGE}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
const KINDS = [
  ['say nothing', SILENT],
  ['send half of their headers', HALF_HEADERS],
  ['send half of their body', HALF_BODY],
  ['send garbage', 'nonsense\r\n\r\n'],
] as const;

describe('S66 connections that are kept open', () => {
  it.each(KINDS)('600 connections that %s do not block serve', async (_, text) => {
    const { handle } = newHandler();
    const endpoint = await startEndpoint({
      ...{ port: 0, handle, clock: systemClock(), log: () => undefined },
    });
    onTestFinished(() => endpoint.close());
    await hold(endpoint.url, 600, text);
    const headers = { authorization: `Bearer ${SECRET}` };
    expect((await call(endpoint.url, '/token', { headers })).status).toBe(200);
  });

  it.each(KINDS)('600 connections that %s do not block the sandbox', async (_, text) => {
    const server = await sandbox();
    await hold(server.url, 600, text);
    const minting = call(server.url, '/security/generate-token', { authorization: KEY });
    expect((await minting).status).toBe(200);
  });

  it('do not stop serve, the sandbox and the handler from answering, even if there are many', async () => {
    const { handle } = newHandler({ maxAtOnce: 4, ratePerMin: 100_000 });
    const endpoint = await startEndpoint({
      ...{ port: 0, handle, clock: systemClock(), log: () => undefined },
    });
    onTestFinished(() => endpoint.close());
    const server = await sandbox();
    for (let wave = 0; wave < 3; wave += 1) {
      await Promise.all(
        KINDS.flatMap(([, text]) => [hold(endpoint.url, 150, text), hold(server.url, 150, text)]),
      );
      for (let count = 0; count < 10; count += 1) {
        const headers = { authorization: `Bearer ${SECRET}` };
        expect((await call(endpoint.url, '/token', { headers })).status).toBe(200);
        const minting = call(server.url, '/security/generate-token', { authorization: KEY });
        expect((await minting).status).toBe(200);
        expect((await handle(fromPage())).status).toBe(200);
      }
    }
  });

  it('are destroyed even if the client never closes its side', async () => {
    const { handle } = newHandler();
    const limits = { headersMs: 100, requestMs: 200, checkMs: 20, connections: 512 };
    const endpoint = await startEndpoint(
      { port: 0, handle, clock: systemClock(), log: () => undefined },
      limits,
    );
    onTestFinished(() => endpoint.close());
    for (const [, text] of KINDS) {
      const [socket] = await hold(endpoint.url, 1, text);
      // Writing to a connection that the server has destroyed causes a reset, which closes the socket.
      const writing = setInterval(() => socket?.write('x'), 20);
      expect(await isClosed(socket as Socket)).toBe(true);
      clearInterval(writing);
    }
  });

  it('are refused if a body has not arrived after five seconds', async () => {
    const { handle, clock } = newHandler();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
    });
    const answer = handle(
      new Request('http://localhost/token', {
        ...{ method: 'POST', body, duplex: 'half' as const },
        headers: { origin: PAGE, 'content-type': 'application/json' },
      }),
    );
    await expect.poll(() => clock.waiting()).toEqual([5000]);
    await clock.advance(5000);
    expect(await refusalOf(await answer)).toEqual([408, 'request_timeout']);
    expect(clock.waiting()).toEqual([]);
  });

  it('do not block other requests if their bodies never end', async () => {
    const { handle } = newHandler({ maxAtOnce: 1 });
    const endless = () =>
      new Request('http://localhost/token', {
        ...{ method: 'POST', body: new ReadableStream(), duplex: 'half' as const },
        headers: { origin: PAGE, 'content-type': 'application/json' },
      });
    for (let count = 0; count < 100; count += 1) void handle(endless());
    expect((await handle(fromPage())).status).toBe(200);
    expect((await handle(posting({ lifetime_s: 5 }))).status).toBe(200);
    expect((await handle(newRequest())).status).toBe(401);
  });

  it('are refused by the sandbox if a body arrives too late', async () => {
    const server = await sandbox({ limits: { bodyMs: 1000 } });
    const [socket] = await hold(server.url, 1, HALF_BODY);
    const answer = new Promise<string>((resolve) => {
      socket?.on('data', (data) => resolve(String(data)));
    });
    await expect.poll(() => server.clock.waiting()).toContain(1000);
    await server.clock.advance(1000);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
  });
});
