import { describe, expect, it } from 'vitest';
import { send } from './client';
import { dial } from './connection';
import { useService } from './service';

const ALLOWED = 'https://app.example.com';
const LOCAL = 'http://localhost:5173';
const FOREIGN = 'https://evil.example.net';

const get = useService({ allowOrigins: [ALLOWED] });

const wordsOf = (headers: Headers, name: string) =>
  (headers.get(name) ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter(Boolean);

const preflight = (path: string, method: string, origin: string, asked = 'authorization') =>
  send({ server: get().sandbox.url }, 'OPTIONS', path, {
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': asked,
    },
  });

const CALLS = [
  ['GET', '/security/generate-token'],
  ['GET', '/transcriptions'],
  ['GET', '/transcriptions/any'],
  ['POST', '/async/transcribe/url'],
  ['POST', '/transcription/any/translate'],
  ['PATCH', '/live/transcribe/any/stop'],
  ['GET', '/billing/details'],
  ['GET', '/polyglot'],
  ['POST', '/polyglot'],
  ['PUT', '/polyglot/any'],
  ['DELETE', '/polyglot/any'],
] as const;

describe('a preflight', () => {
  it.each(CALLS)('allows %s %s from an allowed origin', async (method, path) => {
    const { http, headers } = await preflight(path, method, ALLOWED);
    expect([200, 204]).toContain(http);
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(wordsOf(headers, 'access-control-allow-methods')).toContain(method.toLowerCase());
  });

  it('allows a page on localhost without an option', async () => {
    const { headers } = await preflight('/transcriptions', 'GET', LOCAL);
    expect(headers.get('access-control-allow-origin')).toBe(LOCAL);
  });

  it('allows the headers that the client sends', async () => {
    const asked = 'authorization,content-type,x-expected-api-version';
    const { headers } = await preflight('/polyglot', 'POST', LOCAL, asked);
    expect(wordsOf(headers, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(asked.split(',')),
    );
  });

  it('allows every header that the page requests', async () => {
    const { headers } = await preflight('/polyglot', 'PUT', ALLOWED, 'X-Some-Thing, X-Trace');
    expect(wordsOf(headers, 'access-control-allow-headers')).toEqual(
      expect.arrayContaining(['x-some-thing', 'x-trace']),
    );
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('allows no other origin to use %s', async (method) => {
    const { headers } = await preflight('/polyglot/any', method, FOREIGN, 'x-some-thing');
    expect([null, '']).toContain(headers.get('access-control-allow-origin'));
  });

  it('needs no token, and uses up none', async () => {
    expect((await preflight('/transcriptions', 'GET', LOCAL)).http).toBeLessThan(300);
  });
});

describe('an answer to a page', () => {
  it.each([
    ['a success', '/transcriptions', 200],
    ['an unknown call', '/unknown', 404],
    ['an unknown id', '/transcriptions/unknown', 404],
  ])('can be read by an allowed origin: %s', async (_name, path, http) => {
    const answer = await send(get().owner, 'GET', path, { headers: { Origin: ALLOWED } });
    expect(answer.http).toBe(http);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  });

  it('can be read by a page if the token is spent', async () => {
    const caller = { server: get().sandbox.url, authToken: 'spent' };
    const answer = await send(caller, 'GET', '/transcriptions', { headers: { Origin: LOCAL } });
    expect(answer.http).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(LOCAL);
  });

  it.each(['x-api-version', 'x-api-version-discontinued'])(
    'exposes the header %s, which the client reads',
    async (name) => {
      const { headers } = await send(get().owner, 'GET', '/transcriptions', {
        headers: { Origin: LOCAL },
      });
      expect(wordsOf(headers, 'access-control-expose-headers')).toContain(name);
    },
  );

  it('has a Vary header, because it depends on the origin', async () => {
    const { headers } = await send(get().owner, 'GET', '/transcriptions', {
      headers: { Origin: LOCAL },
    });
    expect(wordsOf(headers, 'vary')).toContain('origin');
  });

  it('cannot be read by another origin', async () => {
    const answer = await send(get().owner, 'GET', '/transcriptions', {
      headers: { Origin: FOREIGN },
    });
    expect([null, '']).toContain(answer.headers.get('access-control-allow-origin'));
  });
});

describe('a WebSocket of a page', () => {
  it.each([ALLOWED, LOCAL])('can be opened from %s', async (origin) => {
    const connection = await dial(get().sandbox.url, '/async/live/transcribe', { origin });
    connection.close();
    expect(await connection.closed).toBeTypeOf('number');
  });

  it('cannot be opened from another origin', async () => {
    const path = '/async/live/transcribe';
    await expect(dial(get().sandbox.url, path, { origin: FOREIGN })).rejects.toThrow();
  });
});
