import { describe, expect, it } from 'vitest';
import { CLIP, SECOND } from './audio';
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
  it('needs no language: the client leaves it out', async () => {
    const session = await connectLive(get().owner);
    expect(session.id).not.toBe('');
    session.close();
  });

  it('takes a token that may write', async () => {
    const session = await connectLive(await get().visitor(), { language: 'en' });
    session.start();
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('may be stopped before any audio', async () => {
    const session = await begin();
    session.stop();
    const last = lastData(await session.until(isEnd));
    expect(last).toMatchObject({ status: 'done', timeline: [] });
  });

  it('ignores audio that comes after the stop', async () => {
    const session = await begin();
    await speak(session, [SECOND, SECOND]);
    session.stop();
    for (let count = 0; count < 20; count += 1) session.sendBuffer(SECOND);
    const last = (await session.until(isEnd)).at(-1);
    expect(last?.status).toBe('done');
    expect(endOf(last)).toBeLessThan(10);
  });

  it('ignores a second stop', async () => {
    const session = await begin();
    await speak(session, [SECOND]);
    session.stop();
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('takes the chunks of a WAV file', async () => {
    const session = await begin();
    const chunks = [0, 1, 2].map((index) => CLIP.subarray(index * 28_616, (index + 1) * 28_616));
    await speak(session, chunks);
    session.stop();
    expect(endOf((await session.until(isEnd)).at(-1))).toBeGreaterThan(0);
  });

  it('takes the chunks of a MediaRecorder', async () => {
    const session = await begin();
    // WebM begins with these; a chunk a second of Opus is 4 kB or more.
    const first = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(8000, 7)]);
    const seen = await speak(session, [first, Buffer.alloc(8000, 8), Buffer.alloc(8000, 9)]);
    session.stop();
    expect(seen.at(-1)?.data?.timeline.length).toBeGreaterThan(0);
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('is listed as unfinished, without an end, while audio comes', async () => {
    const session = await begin();
    const id = (await speak(session, [SECOND])).at(-1)?.data?.id;
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    expect(data).toMatchObject({ status: 'processing', operation: 'transcription-live' });
    expect(data).not.toHaveProperty('end');
    session.stop();
    await session.until(isEnd);
  });

  it.each([
    ['between commas', 'de,fr'],
    ['with the name repeated', ['de', 'fr']],
  ])('translates into the languages that are named %s', async (_how, translations) => {
    const session = await begin({ translations });
    await speak(session, [SECOND, SECOND]);
    session.stop();
    const { timeline } = lastData(await session.until(isEnd));
    const languages = timeline.map((item) => Object.keys(item.translations ?? {}).sort());
    expect(languages).toEqual(timeline.map(() => ['de', 'fr']));
    expect(timeline.length).toBeGreaterThan(0);
  });
});
