import { describe, expect, it } from 'vitest';
import { CLIP, recording } from './audio';
import { call, type Query } from './client';
import { useService } from './service';
import { connectLive, isEnd, lastData, type Session } from './session';
import { endOf, speak } from './speaking';

const get = useService();

async function begin(query: Query = {}): Promise<Session> {
  const session = await connectLive(get().owner, query);
  session.start();
  return session;
}

describe('a live session', () => {
  it('needs no language, because the client sends none', async () => {
    const session = await connectLive(get().owner);
    expect(session.id).not.toBe('');
    session.close();
  });

  it('accepts a readwrite token', async () => {
    const session = await connectLive(await get().visitor(), { language: 'en' });
    session.start();
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('can be stopped before any audio was sent', async () => {
    const session = await begin();
    session.stop();
    const last = lastData(await session.until(isEnd));
    expect(last).toMatchObject({ status: 'done', timeline: [] });
  });

  it('ignores audio after the stop', async () => {
    const session = await begin();
    await speak(session, recording(2));
    session.stop();
    for (const piece of recording(20)) session.sendBuffer(piece);
    const last = (await session.until(isEnd)).at(-1);
    expect(last?.status).toBe('done');
    expect(endOf(last)).toBeLessThan(10);
  });

  it('ignores a second stop', async () => {
    const session = await begin();
    await speak(session, recording(1));
    session.stop();
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('accepts a WAV file in pieces', async () => {
    const session = await begin();
    const chunks = [0, 1, 2].map((index) => CLIP.subarray(index * 28_616, (index + 1) * 28_616));
    await speak(session, chunks);
    session.stop();
    expect(endOf((await session.until(isEnd)).at(-1))).toBeGreaterThan(0);
  });

  it('is listed as unfinished and without an end while audio arrives', async () => {
    const session = await begin();
    const id = (await speak(session, recording(1))).at(-1)?.data?.id;
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    expect(data).toMatchObject({ status: 'processing', operation: 'transcription-live' });
    expect(data).not.toHaveProperty('end');
    session.stop();
    await session.until(isEnd);
  });

  it.each([
    ['between commas', 'de,fr'],
    ['with the name repeated', ['de', 'fr']],
  ])('translates into several languages, listed %s', async (_how, translations) => {
    const session = await begin({ translations });
    await speak(session, recording(2));
    session.stop();
    const { timeline } = lastData(await session.until(isEnd));
    const languages = timeline.map((item) => Object.keys(item.translations ?? {}).sort());
    expect(languages).toEqual(timeline.map(() => ['de', 'fr']));
    expect(timeline.length).toBeGreaterThan(0);
  });
});
