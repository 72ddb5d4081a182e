import { describe, expect, it } from 'vitest';
import { call, mint, refusalOf, send } from './client';
import { useService } from './service';

const MINT = '/security/generate-token';
const get = useService();

describe('minting a token', () => {
  it('answers 200 with status done and the token as a text at data', async () => {
    const answer = await send(get().owner, 'GET', MINT);
    expect(answer.http).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ status: 'done', data: expect.stringMatching(/./) });
  });

  it('answers with the media type of JSON', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
  });

  it('names its API version in exactly three numbers', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says nothing of a discontinued version', async () => {
    const { headers } = await send(get().owner, 'GET', MINT);
    expect(headers.get('x-api-version-discontinued')).not.toBe('1');
  });

  it('gives another token each time', async () => {
    const { owner } = get();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => mint(owner)));
    expect(new Set(tokens).size).toBe(20);
  });

  it('gives a token that fits into a header', async () => {
    expect(await mint(get().owner)).toMatch(/^[\x21-\x7e]+$/);
  });

  it('gives no token that has the API key in it', async () => {
    const { owner, sandbox } = get();
    expect(await mint(owner)).not.toContain(sandbox.apiKey);
  });

  it.each(['readonly', 'readwrite'])('accepts the access %s', async (access) => {
    expect(await mint(get().owner, { access })).not.toBe('');
  });

  it.each(['admin', 'READWRITE', 'write', 'readonly,readwrite'])(
    'refuses the access %s',
    async (access) => {
      expect([400, 422]).toContain(
        await refusalOf(get().owner, 'GET', MINT, { query: { access } }),
      );
    },
  );

  it.each([1, 10, 119, 120])('accepts a lifetime of %s s', async (lifetime_s) => {
    expect(await mint(get().owner, { lifetime_s })).not.toBe('');
  });

  it.each([0, 121, -1, 3600, 'ten', 'Infinity', '10s'])(
    'refuses a lifetime of %s',
    async (lifetime_s) => {
      const query = { lifetime_s };
      expect([400, 422]).toContain(await refusalOf(get().owner, 'GET', MINT, { query }));
    },
  );

  it.each(['true', 'false'])('accepts one_time=%s', async (one_time) => {
    expect(await mint(get().owner, { one_time })).not.toBe('');
  });

  it('refuses a one_time that is neither true nor false', async () => {
    const query = { one_time: 'maybe' };
    expect([400, 422]).toContain(await refusalOf(get().owner, 'GET', MINT, { query }));
  });
});

describe('who may mint', () => {
  it('is nobody without a credential', async () => {
    expect(await refusalOf({ server: get().sandbox.url }, 'GET', MINT)).toBe(401);
  });

  it('is nobody with another key', async () => {
    const caller = { server: get().sandbox.url, apiKey: 'another-key' };
    expect(await refusalOf(caller, 'GET', MINT)).toBe(401);
  });

  it('is nobody who sends the API key as Bearer, since it goes raw', async () => {
    const { sandbox } = get();
    const caller = { server: sandbox.url, authToken: sandbox.apiKey };
    expect(await refusalOf(caller, 'GET', MINT)).toBe(401);
  });

  it('is nobody with a token, even one that may write', async () => {
    expect([401, 403]).toContain(await refusalOf(await get().visitor(), 'GET', MINT));
  });

  it('is told so in the envelope, with the API version', async () => {
    const answer = await send({ server: get().sandbox.url }, 'GET', MINT);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'error' });
    expect(answer.headers.get('x-api-version')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('is not told what key was sent', async () => {
    const caller = { server: get().sandbox.url, apiKey: 'canary-4711' };
    const { text, headers } = await send(caller, 'GET', MINT);
    expect(`${text}${JSON.stringify([...headers])}`).not.toContain('canary-4711');
  });
});

describe('a credential over REST', () => {
  it('is the API key, raw', async () => {
    expect((await call(get().owner, 'GET', '/billing/details')).status).toBe('done');
  });

  it('is a token as Bearer', async () => {
    const caller = await get().visitor();
    expect((await call(caller, 'GET', '/billing/details')).status).toBe('done');
  });

  it('is no token without the word Bearer', async () => {
    const { server, authToken } = await get().visitor();
    const raw = { server, apiKey: authToken ?? '' };
    expect(await refusalOf(raw, 'GET', '/billing/details')).toBe(401);
  });

  it('is no token in the query', async () => {
    const { server, authToken = '' } = await get().visitor();
    const query = { token: authToken, authorization: `Bearer ${authToken}` };
    expect(await refusalOf({ server }, 'GET', '/billing/details', { query })).toBe(401);
  });

  it('is no token that nobody minted', async () => {
    const caller = { server: get().sandbox.url, authToken: 'made-up' };
    expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(401);
  });
});
