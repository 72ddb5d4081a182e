import { beforeAll, describe, expect, it } from 'vitest';
import { CLIP, SECOND } from './audio';
import { call, type Query } from './client';
import { useService } from './service';
import {
  connectLive,
  isEnd,
  lastData,
  type Message,
  type Session,
  type TimelineItem,
  type Transcription,
} from './session';

const get = useService();

const isMarked = ({ pending, latest }: TimelineItem) => Boolean(pending || latest);
const endOf = (message?: Message) => message?.data?.timeline.at(-1)?.end ?? 0;

async function begin(query: Query = {}): Promise<Session> {
  const session = await connectLive(get().owner, query);
  session.start();
  return session;
}

/** Sends pieces of audio, and waits after each until the timeline has grown. */
async function speak(session: Session, pieces: readonly Uint8Array[]): Promise<Message[]> {
  const seen: Message[] = [];
  for (const piece of pieces) {
    const before = endOf(seen.at(-1));
    session.sendBuffer(piece);
    seen.push(...(await session.until((message) => endOf(message) > before)));
  }
  return seen;
}

const FIVE = Array.from({ length: 5 }, () => SECOND);

describe('live audio', () => {
  let spoken: readonly Message[] = [];
  let ended: readonly Message[] = [];
  const all = () => [...spoken, ...ended];

  beforeAll(async () => {
    const session = await begin();
    spoken = await speak(session, FIVE);
    session.stop();
    ended = await session.until(isEnd);
  });

  it('has messages with processing while audio comes', () => {
    expect(new Set(spoken.map(({ status }) => status))).toEqual(new Set(['processing']));
  });

  it('has a timeline that grows', () => {
    const ends = spoken.map(endOf);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBeGreaterThanOrEqual(5);
  });

  it('has captions in it that are texts', () => {
    const texts = spoken.flatMap(({ data }) => data?.timeline.map(({ text }) => text) ?? []);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('marks the last item as pending or latest while audio comes', () => {
    const last = spoken.flatMap(({ data }) => data?.timeline.slice(-1) ?? []);
    expect(last.length).toBeGreaterThan(0);
    expect(last.filter((item) => !isMarked(item))).toEqual([]);
  });

  it('marks the last items alone, never one before an item without a mark', () => {
    for (const { data } of spoken) {
      const marks = (data?.timeline ?? []).map(isMarked);
      expect(marks).toEqual([...marks].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('lets pieces become final while audio comes', () => {
    const final = spoken.at(-1)?.data?.timeline.filter((item) => !isMarked(item)) ?? [];
    expect(final.length).toBeGreaterThan(0);
  });

  it('never takes back an item that had no mark', () => {
    const finals = all().map(({ data }) => data?.timeline.filter((item) => !isMarked(item)) ?? []);
    for (const [index, final] of finals.entries()) {
      const next = finals[index + 1] ?? final;
      expect(next.slice(0, final.length)).toEqual(final);
    }
  });

  it('has a timeline in order', () => {
    for (const { data } of all()) {
      const times = data?.timeline.flatMap(({ start, end }) => [start, end]) ?? [];
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('has stopping after the stop, and then done', () => {
    const statuses = ended.map(({ status }) => status).filter((each) => each !== 'processing');
    expect([...new Set(statuses)]).toEqual(['stopping', 'done']);
  });

  it('has no processing once it is stopping', () => {
    const statuses = ended.map(({ status }) => status);
    expect(statuses.slice(statuses.indexOf('stopping'))).not.toContain('processing');
  });

  it('has no marks once it is done', () => {
    expect(lastData(ended).timeline.filter(isMarked)).toEqual([]);
  });

  it('keeps to the end what was transcribed', () => {
    expect(endOf(ended.at(-1))).toBeGreaterThanOrEqual(endOf(spoken.at(-1)));
  });

  it('has the operation transcription-live in every message', () => {
    expect(new Set(all().map(({ data }) => data?.operation))).toEqual(
      new Set(['transcription-live']),
    );
  });

  it('has the same id in every message', () => {
    expect(new Set(all().map(({ data }) => data?.id)).size).toBe(1);
  });

  it('has no progress', () => {
    expect(all().filter(({ data }) => data && 'progress' in data)).toEqual([]);
  });

  it('has a polyglot_id, which is null for a session that belongs to none', () => {
    expect(new Set(all().map(({ data }) => data?.polyglot_id))).toEqual(new Set([null]));
  });

  it('has summary, keywords and paragraphs with done alone', () => {
    const early = all().slice(0, -1);
    const values = early.flatMap(({ data }) => [data?.summary, data?.keywords, data?.paragraphs]);
    expect(values.filter(Boolean)).toEqual([]);
  });

  it('is read by its id afterwards', async () => {
    const { id, timeline } = lastData(ended);
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    expect(data).toMatchObject({ status: 'done', operation: 'transcription-live', timeline });
  });

  it('has a duration of about the audio that came', async () => {
    const { data } = await call(get().owner, 'GET', `/transcriptions/${lastData(ended).id}`);
    expect((data as Transcription).duration).toBeGreaterThan(0);
  });
});

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
