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
  it('answers with the id and the link', async () => {
    const link = aLink();
    const made = await create({ name: 'A talk', link });
    expect(made).toEqual({ id: expect.stringMatching(/./), link });
  });

  it('gives every session an id of its own', async () => {
    const [one, two] = [
      await create({ name: 'One', link: aLink() }),
      await create({ name: 'Two', link: aLink() }),
    ];
    expect(one.id).not.toBe(two.id);
  });

  it('keeps every option', async () => {
    const link = aLink();
    const { id } = await create({ name: 'Options', link, ...OPTIONS });
    expect(await read(id)).toMatchObject({ name: 'Options', link, ...OPTIONS });
  });

  it.each([
    ['without a name', { link: 'nameless' }],
    ['without a link', { name: 'No link' }],
    ['with a name that is no text', { name: 5, link: 'five' }],
  ])('refuses a session %s', async (_name, json) => {
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', '/polyglot', { json }));
  });

  it.each(['{', '[]', '"text"', 'null', ''])('refuses the body "%s"', async (text) => {
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', '/polyglot', { text }));
  });

  it('works with a token that may write', async () => {
    const json = { name: 'By a visitor', link: aLink() };
    expect((await call(await get().visitor(), 'POST', '/polyglot', { json })).status).toBe('done');
  });
});

describe('GET /polyglot', () => {
  it('lists what was created, as it is when it is read by its id', async () => {
    const { id } = await create({ name: 'Listed', link: aLink(), ...OPTIONS });
    expect((await listAll()).find((item) => item.id === id)).toEqual(await read(id));
  });

  it('is read with a readonly token', async () => {
    const { id } = await create({ name: 'Read', link: aLink() });
    const caller = await get().visitor({ access: 'readonly', one_time: false });
    expect((await call(caller, 'GET', '/polyglot')).status).toBe('done');
    expect((await call(caller, 'GET', `/polyglot/${id}`)).data).toMatchObject({ id });
  });

  it('has a whole address that ends with the link', async () => {
    const link = aLink();
    const { id } = await create({ name: 'Addressed', link });
    const { fullUrl } = await read(id);
    expect(new URL(fullUrl).href.endsWith(link)).toBe(true);
  });

  it('does not find a session that is not there', async () => {
    expect(await refusalOf(get().owner, 'GET', '/polyglot/unknown')).toBe(404);
  });
});

describe('PUT /polyglot/:id', () => {
  it('answers with the id and the link, as POST does', async () => {
    const { id } = await create({ name: 'Before', link: aLink() });
    const link = aLink();
    const answer = await call(get().owner, 'PUT', `/polyglot/${id}`, {
      json: { name: 'After', link },
    });
    expect(answer.data).toEqual({ id, link });
  });

  it('changes what it names', async () => {
    const { id } = await create({ name: 'Before', link: aLink() });
    const link = aLink();
    await call(get().owner, 'PUT', `/polyglot/${id}`, {
      json: { name: 'After', link, ...OPTIONS },
    });
    expect(await read(id)).toMatchObject({ id, name: 'After', link, ...OPTIONS });
  });

  it('does not find a session that is not there', async () => {
    const json = { name: 'None', link: aLink() };
    expect(await refusalOf(get().owner, 'PUT', '/polyglot/unknown', { json })).toBe(404);
  });
});

describe('DELETE /polyglot/:id', () => {
  it('answers with a JSON envelope, since the client parses every success', async () => {
    const { id } = await create({ name: 'Short', link: aLink() });
    const answer = await send(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(answer.http).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'done' });
    expect(JSON.parse(answer.text)).toHaveProperty('data');
  });

  it('takes the session out of the list and of what is read by its id', async () => {
    const { id } = await create({ name: 'Gone', link: aLink() });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusalOf(get().owner, 'GET', `/polyglot/${id}`)).toBe(404);
    expect((await listAll()).map((item) => item.id)).not.toContain(id);
  });

  it('does not find a session that is not there, or not any more', async () => {
    const { id } = await create({ name: 'Twice', link: aLink() });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusalOf(get().owner, 'DELETE', `/polyglot/${id}`)).toBe(404);
    expect(await refusalOf(get().owner, 'DELETE', '/polyglot/unknown')).toBe(404);
  });

  it('frees the link', async () => {
    const link = aLink();
    const { id } = await create({ name: 'First', link });
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect((await create({ name: 'Second', link })).link).toBe(link);
  });
});

describe('the password of a polyglot session', () => {
  it('is in no answer', async () => {
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
