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

  it('gets only messages with the status processing while it arrives', () => {
    expect(new Set(spoken.map(({ status }) => status))).toEqual(new Set(['processing']));
  });

  it('has a timeline that grows', () => {
    const ends = spoken.map(endOf);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBeGreaterThanOrEqual(5);
  });

  it('has captions that are texts', () => {
    const texts = spoken.flatMap(({ data }) => data?.timeline.map(({ text }) => text) ?? []);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.trim() === '')).toEqual([]);
  });

  it('has a pending or latest last item while it arrives', () => {
    const last = spoken.flatMap(({ data }) => data?.timeline.slice(-1) ?? []);
    expect(last.length).toBeGreaterThan(0);
    expect(last.filter((item) => !isMarked(item))).toEqual([]);
  });

  it('has marks only at the end of the timeline: no marked item is before an unmarked item', () => {
    for (const { data } of spoken) {
      const marks = (data?.timeline ?? []).map(isMarked);
      expect(marks).toEqual([...marks].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('has items that become final while more audio arrives', () => {
    const final = spoken.at(-1)?.data?.timeline.filter((item) => !isMarked(item)) ?? [];
    expect(final.length).toBeGreaterThan(0);
  });

  it('keeps every unmarked item in the later timelines', () => {
    const finals = all().map(({ data }) => data?.timeline.filter((item) => !isMarked(item)) ?? []);
    for (const [index, final] of finals.entries()) {
      const next = finals[index + 1] ?? final;
      expect(next.slice(0, final.length)).toEqual(final);
    }
  });

  it('has a timeline in order of time', () => {
    for (const { data } of all()) {
      const times = data?.timeline.flatMap(({ start, end }) => [start, end]) ?? [];
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('gets the status stopping after the stop, and then done', () => {
    const statuses = ended.map(({ status }) => status).filter((each) => each !== 'processing');
    expect([...new Set(statuses)]).toEqual(['stopping', 'done']);
  });

  it('gets no message with processing after stopping', () => {
    const statuses = ended.map(({ status }) => status);
    expect(statuses.slice(statuses.indexOf('stopping'))).not.toContain('processing');
  });

  it('has no marked items after done', () => {
    expect(lastData(ended).timeline.filter(isMarked)).toEqual([]);
  });

  it('keeps everything that was transcribed until the end', () => {
    expect(endOf(ended.at(-1))).toBeGreaterThanOrEqual(endOf(spoken.at(-1)));
  });

  it('has the operation transcription-live in every message', () => {
    expect(new Set(all().map(({ data }) => data?.operation))).toEqual(
      new Set(['transcription-live']),
    );
  });

  it('has the same ID in every message', () => {
    expect(new Set(all().map(({ data }) => data?.id)).size).toBe(1);
  });

  it('has no progress', () => {
    expect(all().filter(({ data }) => data && 'progress' in data)).toEqual([]);
  });

  it('has a polyglot_id, which is null without a polyglot session', () => {
    expect(new Set(all().map(({ data }) => data?.polyglot_id))).toEqual(new Set([null]));
  });

  it('has summary, keywords and paragraphs only with done', () => {
    const early = all().slice(0, -1);
    const values = early.flatMap(({ data }) => [data?.summary, data?.keywords, data?.paragraphs]);
    expect(values.filter(Boolean)).toEqual([]);
  });

  it('can be read by its ID afterwards', async () => {
    const { id, timeline } = lastData(ended);
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    expect(data).toMatchObject({ status: 'done', operation: 'transcription-live', timeline });
  });

  it('has about the duration of the audio that was sent', async () => {
    const { data } = await call(get().owner, 'GET', `/transcriptions/${lastData(ended).id}`);
    expect((data as Transcription).duration).toBeGreaterThan(0);
  });
});
