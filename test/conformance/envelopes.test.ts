import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Caller, send } from './client';
import { useService } from './service';
import { lastData, transcribe } from './session';

const get = useService();
let id = '';

beforeAll(async () => {
  id = lastData(await transcribe(get().owner, get().audio.url('speech.wav'))).id;
});

const CALLS = [
  ['GET', '/security/generate-token'],
  ['GET', '/transcriptions'],
  ['GET', '/transcriptions/ID'],
  ['GET', '/billing/details'],
  ['GET', '/polyglot'],
  ['POST', '/transcription/ID/translate?languages=de'],
  ['POST', '/async/transcribe/url?language=auto&url=http%3A%2F%2F127.0.0.1%3A9%2Fa.wav'],
] as const;

const REFUSED = [
  ['GET', '/transcriptions/unknown'],
  ['GET', '/polyglot/unknown'],
  ['PUT', '/polyglot/unknown'],
  ['DELETE', '/polyglot/unknown'],
  ['POST', '/polyglot'],
  ['POST', '/async/transcribe/url'],
  ['POST', '/transcription/unknown/translate?languages=de'],
  ['PATCH', '/live/transcribe/unknown/stop'],
  ['GET', '/security/generate-token?lifetime_s=0'],
] as const;

const ask = (caller: Caller, method: string, path: string): Promise<Answer> =>
  send(caller, method, path.replace('ID', id));

describe('every answer', () => {
  it.each([...CALLS, ...REFUSED])(
    'has the API version in three numbers, and is JSON: %s %s',
    async (method, path) => {
      const { headers, text } = await ask(get().owner, method, path);
      expect(headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect(JSON.parse(text)).toBeTypeOf('object');
    },
  );

  it.each(CALLS)('that is a success has only status and data: %s %s', async (method, path) => {
    const { http, text } = await ask(get().owner, method, path);
    expect(http).toBe(200);
    const body = JSON.parse(text);
    expect(Object.keys(body).sort()).toEqual(['data', 'status']);
    expect(['waiting', 'processing', 'done']).toContain(body.status);
  });

  it.each(REFUSED)(
    'that is a refusal has status error and an HTTP status from 400 to 499: %s %s',
    async (m, path) => {
      const { http, text } = await ask(get().owner, m, path);
      expect(http).toBeGreaterThanOrEqual(400);
      expect(http).toBeLessThan(500);
      expect(JSON.parse(text)).toMatchObject({ status: 'error', data: null });
    },
  );

  it.each([...CALLS, ...REFUSED])(
    'to a request without a credential is 401, in the same format: %s %s',
    async (method, path) => {
      const { http, text, headers } = await ask({ server: get().sandbox.url }, method, path);
      expect(http).toBe(401);
      expect(JSON.parse(text)).toMatchObject({ status: 'error', data: null });
      expect(headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
    },
  );
});
