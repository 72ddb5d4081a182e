import { describe, expect, it } from 'vitest';
import { recording } from './audio';
import { call } from './client';
import { createPolyglot, type PresentationData, present } from './presented';
import { useService } from './service';
import { connectLive, isEnd, type Session } from './session';

const get = useService();

const create = (options: Record<string, unknown> = {}) => createPolyglot(get().owner, options);
const show = (link: string, password = '') => present(get().owner, link, password);

async function speak(polyglot_id: string): Promise<Session> {
  const session = await connectLive(get().owner, { polyglot_id });
  session.start();
  for (const piece of recording(2)) session.sendBuffer(piece);
  return session;
}

const textsOf = (data?: PresentationData | null) =>
  data?.activeTranscription?.timeline?.length ?? 0;

describe('presenting a polyglot session', () => {
  it('gets a confirmation with a session ID, and needs no start', async () => {
    const { link } = await create();
    const presenter = await show(link);
    expect(presenter.id).toMatch(/./);
    presenter.close();
  });

  it('names the session in every message', async () => {
    const { id, link, name } = await create();
    const presenter = await show(link);
    const speaker = await speak(id);
    const messages = await presenter.until(({ data }) => textsOf(data) > 0);
    for (const { data } of messages) expect(data?.session).toMatchObject({ id, link, name });
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('shows no transcription before one starts', async () => {
    const { id, link } = await create();
    const presenter = await show(link);
    // The speaker has connected for a live transcription of the polyglot session, but has not started the transcription.
    const speaker = await connectLive(get().owner, { polyglot_id: id });
    const before = presenter.waiting() > 0 ? await presenter.next() : {};
    expect(before.data?.activeTranscription?.timeline ?? []).toEqual([]);
    speaker.close();
    presenter.close();
  });

  it('shows a live transcription that has the ID of the session', async () => {
    const { id, link } = await create();
    const presenter = await show(link);
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

  it('shows the active transcription to a client that joins later', async () => {
    const { id, link } = await create();
    const speaker = await speak(id);
    await speaker.until(({ data }) => (data?.timeline.length ?? 0) > 0);
    const presenter = await show(link);
    const messages = await presenter.until(({ data }) => textsOf(data) > 0);
    expect(messages.at(-1)?.data?.activeTranscription?.polyglot_id).toBe(id);
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('shows the end of the transcription', async () => {
    const { id, link } = await create();
    const presenter = await show(link);
    const speaker = await speak(id);
    speaker.stop();
    await speaker.until(isEnd);
    const messages = await presenter.until(
      ({ data }) => data?.activeTranscription?.status === 'done',
    );
    expect(textsOf(messages.at(-1)?.data)).toBeGreaterThan(0);
    presenter.close();
  });

  it('shows a timeline that grows with the speech', async () => {
    const { id, link } = await create();
    const presenter = await show(link);
    const speaker = await speak(id);
    const endOf = (data?: PresentationData | null) =>
      data?.activeTranscription?.timeline?.at(-1)?.end ?? 0;
    const first = endOf((await presenter.until(({ data }) => endOf(data) > 0)).at(-1)?.data);
    for (const piece of recording(5).slice(2)) speaker.sendBuffer(piece);
    const later = await presenter.until(({ data }) => endOf(data) > first);
    expect(endOf(later.at(-1)?.data)).toBeGreaterThan(first);
    speaker.stop();
    await speaker.until(isEnd);
    presenter.close();
  });

  it('ignores a live transcription of another session', async () => {
    const mine = await create();
    const other = await create();
    const presenter = await show(mine.link);
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

  it('puts its polyglot_id into the messages to the speaker', async () => {
    const { id } = await create();
    const speaker = await speak(id);
    speaker.stop();
    const messages = await speaker.until(isEnd);
    expect(new Set(messages.map(({ data }) => data?.polyglot_id))).toEqual(new Set([id]));
  });

  it('puts its polyglot_id into the transcription that is read afterwards', async () => {
    const { id } = await create();
    const speaker = await speak(id);
    speaker.stop();
    await speaker.until(isEnd);
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const listed = data as readonly { readonly polyglot_id: string | null }[];
    expect(listed.filter(({ polyglot_id }) => polyglot_id === id)).toHaveLength(1);
  });

  it('works for several clients at the same time', async () => {
    const { id, link } = await create();
    const presenters = await Promise.all([show(link), show(link), show(link)]);
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
