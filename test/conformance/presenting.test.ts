import { describe, expect, it } from 'vitest';
import { SECOND } from './audio';
import { type Caller, call } from './client';
import { useService } from './service';
import {
  ConnectionEnded,
  connect,
  connectLive,
  isEnd,
  type Session,
  SessionRefused,
  type TimelineItem,
} from './session';

const get = useService();

interface Presented {
  readonly session: { readonly id: string; readonly name: string; readonly link: string };
  readonly activeTranscription?: {
    readonly id: string;
    readonly polyglot_id: string;
    readonly status: string;
    readonly operation: string;
    readonly timeline?: readonly TimelineItem[];
  } | null;
}

let count = 0;

async function create(options: Record<string, unknown> = {}) {
  count += 1;
  const json = { name: `Talk ${count}`, link: `presented-${count}`, ...options };
  const { data } = await call(get().owner, 'POST', '/polyglot', { json });
  return { ...json, ...(data as { readonly id: string; readonly link: string }) };
}

const present = (link: string, password = '', caller: Caller = get().owner) =>
  connect<Presented>(caller, `/async/polyglot/${link}`, { headers: { password } });

async function speak(polyglot_id: string): Promise<Session> {
  const session = await connectLive(get().owner, { polyglot_id });
  session.start();
  session.sendBuffer(SECOND);
  return session;
}

const textsOf = (data?: Presented | null) => data?.activeTranscription?.timeline?.length ?? 0;

/** The message of a refusal inside of the socket. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof SessionRefused) return error.reply;
  if (error instanceof ConnectionEnded) return error.code;
  throw new Error('it was not refused');
}

describe('presenting a polyglot session', () => {
  it('is confirmed with a session that is a text, without a start', async () => {
    const { link } = await create();
    const presenter = await present(link);
    expect(presenter.id).toMatch(/./);
    presenter.close();
  });

  it('says at once which session it is', async () => {
    const { id, link, name } = await create();
    const presenter = await present(link);
    expect((await presenter.next()).data?.session).toMatchObject({ id, link, name });
    presenter.close();
  });

  it('has no active transcription before somebody speaks', async () => {
    const { link } = await create();
    const presenter = await present(link);
    expect((await presenter.next()).data?.activeTranscription ?? null).toBe(null);
    presenter.close();
  });

  it('follows a live transcription that has its polyglot_id', async () => {
    const { id, link } = await create();
    const presenter = await present(link);
    const speaker = await speak(id);
    const messages = await presenter.until(({ data }) => textsOf(data) > 0);
    expect(messages.at(-1)?.data?.activeTranscription).toMatchObject({
      polyglot_id: id,
      operation: 'transcription-live',
      status: 'processing',
    });
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('shows who comes later what is active already', async () => {
    const { id, link } = await create();
    const speaker = await speak(id);
    await speaker.until(({ data }) => (data?.timeline.length ?? 0) > 0);
    const presenter = await present(link);
    const messages = await presenter.until(({ data }) => textsOf(data) > 0);
    expect(messages.at(-1)?.data?.activeTranscription?.polyglot_id).toBe(id);
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('shows a timeline that grows with what is said', async () => {
    const { id, link } = await create();
    const presenter = await present(link);
    const speaker = await speak(id);
    const endOf = (data?: Presented | null) =>
      data?.activeTranscription?.timeline?.at(-1)?.end ?? 0;
    const first = endOf((await presenter.until(({ data }) => endOf(data) > 0)).at(-1)?.data);
    for (let sent = 0; sent < 5; sent += 1) speaker.sendBuffer(SECOND);
    const later = await presenter.until(({ data }) => endOf(data) > first);
    expect(endOf(later.at(-1)?.data)).toBeGreaterThan(first);
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('is not moved by a live transcription of another session', async () => {
    const mine = await create();
    const other = await create();
    const presenter = await present(mine.link);
    const stranger = await speak(other.id);
    stranger.stop();
    await stranger.until(isEnd);
    const speaker = await speak(mine.id);
    const messages = await presenter.until(({ data }) => textsOf(data) > 0);
    const ids = messages.flatMap(({ data }) => data?.activeTranscription?.polyglot_id ?? []);
    expect(new Set(ids)).toEqual(new Set([mine.id]));
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('has the polyglot_id in the messages of who speaks', async () => {
    const { id } = await create();
    const speaker = await speak(id);
    speaker.stop();
    const messages = await speaker.until(isEnd);
    expect(new Set(messages.map(({ data }) => data?.polyglot_id))).toEqual(new Set([id]));
  });

  it('has the polyglot_id in what is read afterwards', async () => {
    const { id } = await create();
    const speaker = await speak(id);
    speaker.stop();
    await speaker.until(isEnd);
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const listed = data as readonly { readonly polyglot_id: string | null }[];
    expect(listed.filter(({ polyglot_id }) => polyglot_id === id)).toHaveLength(1);
  });

  it('lets several look on', async () => {
    const { id, link } = await create();
    const presenters = await Promise.all([present(link), present(link), present(link)]);
    const speaker = await speak(id);
    const all = await Promise.all(
      presenters.map((presenter) => presenter.until(({ data }) => textsOf(data) > 0)),
    );
    expect(all).toHaveLength(3);
    speaker.stop();
    await speaker.until(isEnd);
    for (const presenter of presenters) presenter.close();
  });
});

describe('the password of a presented session', () => {
  it('opens it', async () => {
    const { link } = await create({ password: 'open sesame' });
    const presenter = await present(link, 'open sesame');
    expect((await presenter.next()).data?.session.link).toBe(link);
    presenter.close();
  });

  it.each(['', 'wrong', 'open sesame '])('is not "%s" where it is another', async (password) => {
    const { link } = await create({ password: 'open sesame' });
    expect(await refusal(present(link, password))).toMatchObject({
      status: 'error',
      data: null,
      http_code: expect.toBeOneOf([401, 403]),
    });
  });

  it('is refused without being repeated', async () => {
    const { link } = await create({ password: 'open sesame' });
    const reply = await refusal(present(link, 'canary-4711'));
    expect(JSON.stringify(reply)).not.toMatch(/canary-4711|open sesame/);
  });

  it('may be changed', async () => {
    const { id, link, name } = await create({ password: 'first' });
    const json = { name, link, password: 'second' };
    await call(get().owner, 'PUT', `/polyglot/${id}`, { json });
    expect(await refusal(present(link, 'first'))).toMatchObject({ status: 'error' });
    const presenter = await present(link, 'second');
    expect(presenter.id).not.toBe('');
    presenter.close();
  });
});

describe('a presented session that is not there', () => {
  it('is refused inside of the socket with 404', async () => {
    expect(await refusal(present('nowhere'))).toMatchObject({ status: 'error', http_code: 404 });
  });

  it('is one that was deleted', async () => {
    const { id, link } = await create();
    await call(get().owner, 'DELETE', `/polyglot/${id}`);
    expect(await refusal(present(link))).toMatchObject({ status: 'error', http_code: 404 });
  });
});
