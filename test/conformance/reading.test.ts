import { beforeAll, describe, expect, it } from 'vitest';
import { SPEECH_SECONDS } from './audio';
import { type Caller, call, refusalOf, send } from './client';
import type { Transcription } from './connection';
import { useService } from './service';
import { connectUrl, lastData, transcribe } from './session';

const get = useService();

let reader: Caller;
let url = '';
let made: Transcription;

beforeAll(async () => {
  url = get().audio.url('speech.wav');
  made = lastData(await transcribe(get().owner, url));
  reader = await get().visitor({ one_time: false, lifetime_s: 120 });
});

type Listed = Transcription & { readonly url?: string };
const listOf = async () => (await call(reader, 'GET', '/transcriptions')).data as readonly Listed[];

describe('GET /transcriptions', () => {
  it('returns a list', async () => {
    expect(Array.isArray(await listOf())).toBe(true);
  });

  it('lists a transcription with the ID of its session', async () => {
    expect((await listOf()).map(({ id }) => id)).toContain(made.id);
  });

  it('returns the decoded URL of the audio', async () => {
    expect((await listOf()).find(({ id }) => id === made.id)?.url).toBe(url);
  });

  it('returns the duration of the audio in seconds', async () => {
    const item = (await listOf()).find(({ id }) => id === made.id);
    expect(item?.duration).toBeCloseTo(SPEECH_SECONDS, 1);
  });

  it('lists every ID once', async () => {
    const ids = (await listOf()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is refused without a credential', async () => {
    expect(await refusalOf({ server: reader.server }, 'GET', '/transcriptions')).toBe(401);
  });
});

describe('GET /transcriptions/:id', () => {
  it('returns the timeline that the session had', async () => {
    const { data } = await call(reader, 'GET', `/transcriptions/${made.id}`);
    expect((data as Transcription).timeline).toEqual(made.timeline);
  });

  it.each(['summary', 'keywords', 'paragraphs'] as const)(
    'returns the %s that the session had',
    async (name) => {
      const { data } = await call(reader, 'GET', `/transcriptions/${made.id}`);
      expect(made[name]).toBeTruthy();
      expect((data as Transcription)[name]).toEqual(made[name]);
    },
  );

  it('returns the same data about a transcription as the list', async () => {
    const { data } = await call(reader, 'GET', `/transcriptions/${made.id}`);
    const item = (await listOf()).find(({ id }) => id === made.id);
    expect(data).toMatchObject({ ...item });
  });

  it.each(['unknown', '%00', '..%2F..%2Fetc', '%F0%9F%98%80', 'a%20b'])(
    'returns 404 for the ID %s',
    async (id) => {
      expect(await refusalOf(reader, 'GET', `/transcriptions/${id}`)).toBe(404);
    },
  );

  it('answers a malformed percent-encoding', async () => {
    expect([400, 404]).toContain(await refusalOf(reader, 'GET', '/transcriptions/%E0%A4%A'));
    expect(await refusalOf(reader, 'GET', '/transcriptions')).toBe(0);
  });

  it('returns a 404 in the common format', async () => {
    const { text } = await send(reader, 'GET', '/transcriptions/unknown');
    expect(JSON.parse(text)).toMatchObject({ status: 'error' });
  });

  it('is refused without a credential', async () => {
    const path = `/transcriptions/${made.id}`;
    expect(await refusalOf({ server: reader.server }, 'GET', path)).toBe(401);
  });
});

describe('reading transcriptions', () => {
  it('returns the same the second time', async () => {
    const path = `/transcriptions/${made.id}`;
    const first = await call(reader, 'GET', path);
    expect(await call(reader, 'GET', path)).toEqual(first);
  });

  it('never shows a session as done that was confirmed but not started', async () => {
    const other = get().audio.url('speech.wav');
    const session = await connectUrl(get().owner, other);
    const found = (await listOf()).filter((item) => item.url === other);
    expect(found.filter(({ status }) => status !== 'waiting')).toEqual([]);
    session.close();
  });
});
