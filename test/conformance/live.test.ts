import { beforeAll, describe, expect, it } from 'vitest';
import { recording } from './audio';
import { call } from './client';
import type { Message, Transcription } from './connection';
import { useService } from './service';
import { connectLive, isEnd, lastData } from './session';
import { endOf, isMarked, speak } from './speaking';

const get = useService();
describe('live audio', () => {
  let spoken: readonly Message[] = [];
  let ended: readonly Message[] = [];
  const all = () => [...spoken, ...ended];

  beforeAll(async () => {
    const session = await connectLive(get().owner);
    session.start();
    spoken = await speak(session, recording(5));
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
