import { beforeAll, describe, expect, it } from 'vitest';
import type { Transcription } from './connection';
import { useService } from './service';
import { lastData, transcribe } from './session';

const get = useService();

describe('the timeline of a URL', () => {
  let result: Transcription;

  beforeAll(async () => {
    result = lastData(await transcribe(get().owner, `${get().sandbox.url}/sandbox/clip.wav`));
  });

  it('is in order of time, and no item ends before it starts', () => {
    const times = result.timeline.flatMap(({ start, end }) => [start, end]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('ends before the end of the audio', () => {
    expect(result.timeline.at(-1)?.end).toBeLessThanOrEqual(3.6);
  });

  it('has no translations if none were requested', () => {
    expect(result.timeline.filter(({ translations }) => translations)).toEqual([]);
  });

  it('has its words, if any, within their items and in order of time', () => {
    for (const { start, end, words = [] } of result.timeline) {
      const times = words.flatMap((word) => word.slice(0, 2).map(Number));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.min(start, ...times)).toBe(start);
      expect(Math.max(end, ...times)).toBe(end);
    }
  });

  it('has no pending or latest items after done', () => {
    expect(result.timeline.filter(({ pending, latest }) => pending || latest)).toEqual([]);
  });
});
