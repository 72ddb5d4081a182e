import { describe, expect, it } from 'vitest';
import { call, refusalOf, send } from './client';
import { useService } from './service';

const get = useService();

interface Polyglot {
  readonly id: string;
  readonly link: string;
  readonly name: string;
  readonly fullUrl: string;
  readonly is_public: boolean;
}

let count = 0;
const aLink = () => {
  count += 1;
  return `talk-${count}`;
};

const create = async (json: Record<string, unknown>) =>
  (await call(get().owner, 'POST', '/polyglot', { json })).data as Polyglot;
const read = async (id: string) =>
  (await call(get().owner, 'GET', `/polyglot/${id}`)).data as Polyglot;
const listAll = async () =>
  (await call(get().owner, 'GET', '/polyglot')).data as readonly Polyglot[];

const OPTIONS = {
  language: 'de',
  max_duration_s: 600,
  timeout_period_s: 60,
  livestream_url: 'https://example.com/stream.m3u8',
};
const CANARY = 'canary-password-4711';

describe('POST /polyglot', () => {
  it('returns the ID and the link', async () => {
    const link = aLink();
    const made = await create({ name: 'A talk', link });
    expect(made).toEqual({ id: expect.stringMatching(/./), link });
  });

  it('gives every session another ID', async () => {
    const [one, two] = [
      await create({ name: 'One', link: aLink() }),
      await create({ name: 'Two', link: aLink() }),
    ];
    expect(one.id).not.toBe(two.id);
  });

  it('stores every option', async () => {
    const link = aLink();
    const { id } = await create({ name: 'Options', link, ...OPTIONS });
    expect(await read(id)).toMatchObject({ name: 'Options', link, ...OPTIONS });
  });

  it.each([
    ['without a name', { link: 'nameless' }],
    ['without a link', { name: 'No link' }],
    ['with a name that is not a string', { name: 5, link: 'five' }],
  ])('rejects a session %s', async (_name, json) => {
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', '/polyglot', { json }));
  });

  it.each(['{', '[]', '"text"', 'null', ''])('rejects the body "%s"', async (text) => {
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', '/polyglot', { text }));
  });

  it('accepts a readwrite token', async () => {
    const json = { name: 'By a visitor', link: aLink() };
    expect((await call(await get().visitor(), 'POST', '/polyglot', { json })).status).toBe('done');
  });
});

describe('GET /polyglot', () => {
  it('lists sessions with the same data as reading them by ID', async () => {
    const { id } = await create({ name: 'Listed', link: aLink(), ...OPTIONS });
    expect((await listAll()).find((item) => item.id === id)).toEqual(await read(id));
  });

  it('accepts a readonly token', async () => {
    const { id } = await create({ name: 'Read', link: aLink() });
    const caller = await get().visitor({ access: 'readonly', one_time: false });
    expect((await call(caller, 'GET', '/polyglot')).status).toBe('done');
    expect((await call(caller, 'GET', `/polyglot/${id}`)).data).toMatchObject({ id });
  });

  it('returns a complete URL that ends with the link', async () => {
    const link = aLink();
    const { id } = await create({ name: 'Addressed', link });
    const { fullUrl } = await read(id);
    expect(new URL(fullUrl).href.endsWith(link)).toBe(true);
  });

  it('returns 404 for an unknown session', async () => {
    expect(await refusalOf(get().owner, 'GET', '/polyglot/unknown')).toBe(404);
  });
});

describe('PUT /polyglot/:id', () => {
  it('returns the ID and the link, as POST does', async () => {
    const { id } = await create({ name: 'Before', link: aLink() });
    const link = aLink();
    const answer = await call(get().owner, 'PUT', `/polyglot/${id}`, {
      json: { name: 'After', link },
    });
    expect(answer.data).toEqual({ id, link });
  });

  it('changes the options in its body', async () => {
    const { id } = await create({ name: 'Before', link: aLink() });
    const link = aLink();
    await call(get().owner, 'PUT', `/polyglot/${id}`, {
      json: { name: 'After', link, ...OPTIONS },
    });
    expect(await read(id)).toMatchObject({ id, name: 'After', link, ...OPTIONS });
  });

  it('returns 404 for an unknown session', async () => {
    const json = { name: 'None', link: aLink() };
    expect(await refusalOf(get().owner, 'PUT', '/polyglot/unknown', { json })).toBe(404);
  });
});

describe('DELETE /polyglot/:id', () => {
  it('returns JSON, because the client parses every success', async () => {
    const { id } = await create({ name: 'Short', link: aLink() });
    const answer = await send(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(answer.http).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'done' });
    expect(JSON.parse(answer.text)).toHaveProperty('data');
  });

  it('removes the session from the list and from reading by ID', async () => {
    const { id } = await create({ name: 'Gone', link: aLink() });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusalOf(get().owner, 'GET', `/polyglot/${id}`)).toBe(404);
    expect((await listAll()).map((item) => item.id)).not.toContain(id);
  });

  it('returns 404 for an unknown or deleted session', async () => {
    const { id } = await create({ name: 'Twice', link: aLink() });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusalOf(get().owner, 'DELETE', `/polyglot/${id}`)).toBe(404);
    expect(await refusalOf(get().owner, 'DELETE', '/polyglot/unknown')).toBe(404);
  });

  it('makes the link available again', async () => {
    const link = aLink();
    const { id } = await create({ name: 'First', link });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect((await create({ name: 'Second', link })).link).toBe(link);
  });
});

describe('the password of a polyglot session', () => {
  it('is missing in every answer', async () => {
    const { owner } = get();
    const json = { name: 'Secret', link: aLink(), password: CANARY };
    const made = await send(owner, 'POST', '/polyglot', { json });
    const { id } = JSON.parse(made.text).data as Polyglot;
    const changed = await send(owner, 'PUT', `/polyglot/${id}`, { json });
    const one = await send(owner, 'GET', `/polyglot/${id}`);
    const all = await send(owner, 'GET', '/polyglot');
    const gone = await send(owner, 'DELETE', `/polyglot/${id}`);
    for (const { http, text } of [made, changed, one, all, gone]) {
      expect(http).toBe(200);
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain('password');
    }
  });
});

describe('polyglot sessions', () => {
  it.each([
    ['POST', '/polyglot'],
    ['GET', '/polyglot'],
    ['GET', '/polyglot/any'],
    ['PUT', '/polyglot/any'],
    ['DELETE', '/polyglot/any'],
  ])('are refused without a credential: %s %s', async (method, path) => {
    const json = method === 'POST' || method === 'PUT' ? { name: 'x', link: 'y' } : undefined;
    expect(await refusalOf({ server: get().sandbox.url }, method, path, { json })).toBe(401);
  });
});
