import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, isTokenError } from '../../src/index';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { sendJson, startService } from '../e2e/support/service';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const here = () => ({ apiKey: sandbox.apiKey, apiServer: sandbox.url });

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!isTokenError(error)) throw new Error('no TokenError was thrown', { cause: error });
  return error.code;
}

describe('createClient', () => {
  it('mints and tests like the functions', async () => {
    const client = createClient(here());
    const minted = await client.mintToken({ access: 'readwrite', lifetimeS: 60 });
    expect(minted).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      access: 'readwrite',
      lifetimeS: 60,
      oneTime: true,
      issuedAt: expect.any(Date),
      expiresAt: new Date(minted.issuedAt.getTime() + 60_000),
    });
    const { token } = minted;
    expect(await client.testToken({ token, mode: 'connect' })).toMatchObject({ mode: 'connect' });
    expect((await client.mintToken()).access).toBe('readonly');
    const url = `${sandbox.url}/sandbox/clip.wav`;
    const { token: another } = await client.mintToken({ access: 'readwrite' });
    expect(await client.testToken({ token: another, mode: 'transcribe', url })).toMatchObject({
      text: expect.stringMatching(/^A token is brief/),
    });
    await client.close();
  });

  it('reuses its connection, and closes it', async () => {
    let connections = 0;
    const service = await startService({
      onConnection: () => {
        connections += 1;
      },
    });
    const client = createClient({ apiKey: service.apiKey, apiServer: service.url });
    for (let count = 0; count < 3; count += 1) {
      const { token } = await client.mintToken();
      await client.testToken({ token, mode: 'read' });
    }
    expect({ connections, open: service.openConnections() }).toEqual({ connections: 1, open: 1 });
    await client.close();
    await service.until(() => service.openConnections() === 0);
    await service.close();
  });

  it('waits for running calls when it closes, and closes once', async () => {
    let answer: () => void = () => {};
    const service = await startService({
      onMint: (response) => {
        answer = () => sendJson(response, 200, { status: 'done', data: 'token-1' });
      },
    });
    const client = createClient({ apiKey: 'a-key', apiServer: service.url });
    const minting = client.mintToken();
    await service.until(() => service.counts.mints === 1);
    const closing = client.close();
    expect(client.close()).toBe(closing);
    expect(client[Symbol.asyncDispose]()).toBe(closing);
    expect(await codeOf(client.mintToken())).toBe('client_closed');
    answer();
    await closing;
    expect((await minting).token).toBe('token-1');
    expect(service.counts.mints).toBe(1);
    await service.close();
  });

  it('rejects calls after close() with a hint, without a request', async () => {
    const before = sandbox.stats().mints;
    const client = createClient(here());
    await client.close();
    for (const work of [client.mintToken(), client.testToken({ token: 'a', mode: 'read' })]) {
      await expect(work).rejects.toMatchObject({
        name: 'TokenError',
        code: 'client_closed',
        hint: expect.stringContaining('createClient'),
      });
    }
    expect(sandbox.stats().mints).toBe(before);
  });

  it.each([
    [0, 1],
    [1, 2],
    [undefined, 3],
  ])('with maxRetries %s tries %i times', async (maxRetries, tries) => {
    const own = await startSandbox({ faults: ['mint:503'] });
    const log: string[] = [];
    const client = createClient({
      apiKey: own.apiKey,
      apiServer: own.url,
      maxRetries,
      log: (line) => log.push(line),
    });
    expect(await codeOf(client.mintToken())).toBe('service_error');
    expect(log.filter((line) => line.includes('-> 503'))).toHaveLength(tries);
    await client.close();
    await own.close();
  });

  it('S19 logs a line for each request, without the key or a token', async () => {
    const lines: string[] = [];
    const client = createClient({ ...here(), log: (line) => lines.push(line) });
    const { token } = await client.mintToken({ access: 'readwrite', oneTime: false });
    await client.testToken({ token, mode: 'read' });
    await client.testToken({ token, mode: 'connect' });
    expect(lines).toEqual([
      expect.stringMatching(/^GET \S+ access=readwrite .*-> 200 in /),
      expect.stringMatching(/^GET \S+ -> 200 in /),
      expect.stringMatching(/^WebSocket /),
    ]);
    expect(lines.join()).not.toContain(token);
    expect(lines.join()).not.toContain(sandbox.apiKey);
    await client.close();
  });

  it('ignores a log that throws', async () => {
    const fail = () => {
      throw new Error('the disk is full');
    };
    const client = createClient({ ...here(), log: fail });
    expect((await client.mintToken()).oneTime).toBe(true);
    await client.close();
  });

  it('has a default time limit, which each call can replace', async () => {
    const silent = await startService({ onMint: () => undefined });
    const client = createClient({ apiKey: 'a-key', apiServer: silent.url, timeoutMs: 20 });
    await expect(client.mintToken()).rejects.toThrow('Not finished after 20 ms.');
    await expect(client.mintToken({ timeoutMs: 30 })).rejects.toThrow('Not finished after 30 ms.');
    const reason = new Error('enough');
    await expect(client.mintToken({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await client.close();
    await silent.close();
  });

  it('does not accept a key or a server for a single call', async () => {
    const client = createClient(here());
    const mint = client.mintToken as (options: unknown) => Promise<unknown>;
    expect(await codeOf(mint({ apiKey: 'another' }))).toBe('invalid_value');
    expect(await codeOf(mint(null))).toBe('invalid_value');
    const use = client.testToken as (options?: unknown) => Promise<unknown>;
    expect(await codeOf(use())).toBe('invalid_value');
    expect(await codeOf(use({ token: 'a', mode: 'read', apiServer: 'x' }))).toBe('invalid_value');
    await client.close();
  });
});
