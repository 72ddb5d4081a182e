import { describe, expect, it } from 'vitest';
import { send } from './client';
import { ConnectionEnded } from './connection';
import { useService } from './service';
import { connect, SessionRefused } from './session';

const lines: string[] = [];
const get = useService({ log: (line) => lines.push(line) });

const UNKNOWN = [
  ['GET', '/'],
  ['GET', '/unknown'],
  ['POST', '/unknown'],
  ['PUT', '/unknown'],
  ['PATCH', '/unknown'],
  ['DELETE', '/unknown'],
  ['GET', '/v1/openapi.json'],
  ['GET', '/security'],
  ['GET', '/security/generate-token/more'],
  ['GET', '/transcriptions/a/b'],
  ['GET', '/transcription/any/translate/more'],
  ['POST', '/async'],
  ['GET', '/billing'],
  ['GET', '/polyglot/a/b'],
  ['PATCH', '/live/transcribe/any/pause'],
  ['GET', '/Transcriptions'],
] as const;

describe('a call that does not exist', () => {
  it.each(UNKNOWN)('gets 404 in the common format: %s %s', async (method, path) => {
    const { http, text, headers } = await send(get().owner, method, path);
    expect(http).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ status: 'error' });
    expect(headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    ['DELETE', '/transcriptions'],
    ['POST', '/billing/details'],
    ['PUT', '/async/transcribe/url'],
    ['PATCH', '/polyglot'],
    ['POST', '/security/generate-token'],
  ] as const)('gets 404 or 405 in the common format: %s %s', async (method, path) => {
    const { http, text } = await send(get().owner, method, path);
    expect([404, 405]).toContain(http);
    expect(JSON.parse(text)).toMatchObject({ status: 'error' });
  });

  it('gets an answer whose data is null', async () => {
    const { text } = await send(get().owner, 'GET', '/unknown');
    expect(JSON.parse(text)).toHaveProperty('data', null);
  });

  it('is logged with its path, but without its query', async () => {
    await send(get().owner, 'GET', '/not-there', { query: { secret: 'canary-4711' } });
    const logged = lines.filter((line) => line.includes('/not-there'));
    expect(logged).not.toEqual([]);
    expect(logged.filter((line) => line.includes('canary-4711'))).toEqual([]);
  });

  it.each(['/async/unknown', '/unknown', '/transcriptions'])(
    'gets 404 for a WebSocket too: %s',
    async (path) => {
      const error = await connect(get().owner, path).catch((reason: unknown) => reason);
      const code =
        error instanceof SessionRefused
          ? error.reply.http_code
          : error instanceof ConnectionEnded && error.code;
      expect(code).toBe(404);
    },
  );

  it('uses up no token', async () => {
    const caller = await get().visitor({ one_time: true });
    await send(caller, 'GET', '/unknown');
    expect((await send(caller, 'GET', '/transcriptions')).http).toBe(200);
  });
});

describe('the log of the sandbox', () => {
  it('has a line for each refusal, without a credential', async () => {
    const { owner, sandbox } = get();
    const visitor = await get().visitor({ access: 'readonly' });
    await send(visitor, 'POST', '/async/transcribe/url');
    await connect(visitor, '/async/live/transcribe').catch(() => {});
    await send({ server: sandbox.url, apiKey: 'canary-0815' }, 'GET', '/transcriptions');
    const text = lines.join('\n');
    expect(text).toContain('403');
    expect(text).toContain('401');
    for (const secret of [owner.apiKey, visitor.authToken, 'canary-0815'])
      expect(text).not.toContain(secret);
  });
});
