import { describe, expect, it } from 'vitest';
import { call } from './client';
import { ConnectionEnded } from './connection';
import { createPolyglot, present } from './presented';
import { useService } from './service';
import { SessionRefused } from './session';

const lines: string[] = [];
const get = useService({ log: (line) => lines.push(line) });

const create = (options: Record<string, unknown> = {}) => createPolyglot(get().owner, options);
const show = (link: string, password = '') => present(get().owner, link, password);

/** Returns the message with which a session is refused. Returns the close code if there is no message. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof SessionRefused) return error.reply;
  if (error instanceof ConnectionEnded) return error.code;
  throw new Error('it was not refused');
}

describe('the password of a presented session', () => {
  it('gives access to the session', async () => {
    const { link } = await create({ password: 'open sesame' });
    const presenter = await show(link, 'open sesame');
    expect(presenter.id).not.toBe('');
    presenter.close();
  });

  it.each(['', 'wrong', 'open sesame '])(
    'is not accepted if it is wrong: "%s"',
    async (password) => {
      const { link } = await create({ password: 'open sesame' });
      expect(await refusal(show(link, password))).toMatchObject({
        status: 'error',
        data: null,
        http_code: expect.toBeOneOf([401, 403]),
      });
    },
  );

  it('is not repeated in the refusal', async () => {
    const { link } = await create({ password: 'open sesame' });
    const reply = await refusal(show(link, 'canary-4711'));
    expect(JSON.stringify(reply)).not.toMatch(/canary-4711|open sesame/);
  });

  it('can be changed', async () => {
    const { id, link, name } = await create({ password: 'first' });
    const json = { name, link, password: 'second' };
    await call(get().owner, 'PUT', `/polyglot/${id}`, { json });
    expect(await refusal(show(link, 'first'))).toMatchObject({ status: 'error' });
    const presenter = await show(link, 'second');
    expect(presenter.id).not.toBe('');
    presenter.close();
  });

  it('is missing in every line of the log', async () => {
    const { id, link, name } = await create({ password: 'canary-0815' });
    await show(link, 'canary-0815').then((presenter) => presenter.close());
    await refusal(show(link, 'canary-0816'));
    const json = { name, link, password: 'canary-0817' };
    await call(get().owner, 'PUT', `/polyglot/${id}`, { json });
    expect(lines.filter((line) => line.includes('/polyglot'))).not.toEqual([]);
    expect(lines.filter((line) => line.includes('canary-081'))).toEqual([]);
  });
});

describe('a presented session that does not exist', () => {
  it('is refused with a message on the WebSocket, with 404', async () => {
    expect(await refusal(show('nowhere'))).toMatchObject({ status: 'error', http_code: 404 });
  });

  it('is refused in the same way after it was deleted', async () => {
    const { id, link } = await create();
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusal(show(link))).toMatchObject({ status: 'error', http_code: 404 });
  });
});
