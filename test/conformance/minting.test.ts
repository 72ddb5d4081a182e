import { describe, expect, it } from 'vitest';
import { call, mint, refusalOf, send } from './client';
import { useService } from './service';

const MINT = '/security/generate-token';
const get = useService();

describe('minting a token', () => {
  it('returns 200 with status done, and the token as a text in data', async () => {
    const answer = await send(get().owner, 'GET', MINT);
    expect(answer.http).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ status: 'done', data: expect.stringMatching(/./) });
  });

  it('returns JSON', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
  });

  it('returns the API version in exactly three numbers', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('returns no header for a discontinued version', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('x-api-version-discontinued')).not.toBe('1');
  });

  it('returns another token each time', async () => {
    const { owner } = get();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => mint(owner)));
    expect(new Set(tokens).size).toBe(20);
  });

  it('returns a token that fits into a header', async () => {
    expect(await mint(get().owner)).toMatch(/^[\x21-\x7e]+$/);
  });

  it('returns a token that does not contain the API key', async () => {
    const { owner, sandbox } = get();
    expect(await mint(owner)).not.toContain(sandbox.apiKey);
  });

  it.each(['readonly', 'readwrite'])('accepts access=%s', async (access) => {
    expect(await mint(get().owner, { access })).not.toBe('');
  });

  it.each(['admin', 'READWRITE', 'write', 'readonly,readwrite'])(
    'rejects access=%s',
    async (access) => {
      expect([400, 422]).toContain(
        await refusalOf(get().owner, 'GET', MINT, { query: { access } }),
      );
    },
  );

  it.each([1, 10, 119, 120])('accepts lifetime_s=%s', async (lifetime_s) => {
    expect(await mint(get().owner, { lifetime_s })).not.toBe('');
  });

  it.each([0, 121, -1, 3600, 'ten', 'Infinity', '10s'])(
    'rejects lifetime_s=%s',
    async (lifetime_s) => {
      const query = { lifetime_s };
      expect([400, 422]).toContain(await refusalOf(get().owner, 'GET', MINT, { query }));
    },
  );

  it.each(['true', 'false'])('accepts one_time=%s', async (one_time) => {
    expect(await mint(get().owner, { one_time })).not.toBe('');
  });

  it('rejects a one_time that is neither true nor false', async () => {
    const query = { one_time: 'maybe' };
    expect([400, 422]).toContain(await refusalOf(get().owner, 'GET', MINT, { query }));
  });
});

describe('permission to mint', () => {
  it('is refused without a credential', async () => {
    expect(await refusalOf({ server: get().sandbox.url }, 'GET', MINT)).toBe(401);
  });

  it('is refused for another API key', async () => {
    const caller = { server: get().sandbox.url, apiKey: 'another-key' };
    expect(await refusalOf(caller, 'GET', MINT)).toBe(401);
  });

  it('is refused for the API key after Bearer, because a key is sent without a scheme', async () => {
    const { sandbox } = get();
    const caller = { server: sandbox.url, authToken: sandbox.apiKey };
    expect(await refusalOf(caller, 'GET', MINT)).toBe(401);
  });

  it('is refused for a token, even a readwrite token', async () => {
    expect([401, 403]).toContain(await refusalOf(await get().visitor(), 'GET', MINT));
  });

  it('is refused in the common format, with the API version', async () => {
    const answer = await send({ server: get().sandbox.url }, 'GET', MINT);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'error' });
    expect(answer.headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('is refused without repeating the key that was sent', async () => {
    const caller = { server: get().sandbox.url, apiKey: 'canary-4711' };
    const { text, headers } = await send(caller, 'GET', MINT);
    expect(`${text}${JSON.stringify([...headers])}`).not.toContain('canary-4711');
  });
});

describe('a credential over REST', () => {
  it('can be the API key without a scheme', async () => {
    expect((await call(get().owner, 'GET', '/billing/details')).status).toBe('done');
  });

  it('can be a token after Bearer', async () => {
    const caller = await get().visitor();
    expect((await call(caller, 'GET', '/billing/details')).status).toBe('done');
  });

  it('cannot be a token without Bearer', async () => {
    const { server, authToken } = await get().visitor();
    const raw = { server, apiKey: authToken ?? '' };
    expect(await refusalOf(raw, 'GET', '/billing/details')).toBe(401);
  });

  it('cannot be a token in the query', async () => {
    const { server, authToken = '' } = await get().visitor();
    const query = { token: authToken, authorization: `Bearer ${authToken}` };
    expect(await refusalOf({ server }, 'GET', '/billing/details', { query })).toBe(401);
  });

  it('cannot be a token that was never minted', async () => {
    const caller = { server: get().sandbox.url, authToken: 'made-up' };
    expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(401);
  });
});
