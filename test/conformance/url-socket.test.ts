import { beforeAll, describe, expect, it } from 'vitest';
import { CLIP_TEXT, SPEECH_TEXT } from './audio';
import { buildQuery, call } from './client';
import type { Message, Transcription } from './connection';
import { useService } from './service';
import { connect, connectUrl, isEnd, lastData, transcribe, URL_PATH } from './session';

const get = useService();

const textOf = ({ timeline }: Transcription) =>
  timeline
    .map(({ text }) => text.trim())
    .join(' ')
    .trim();

describe('a URL session, step by step', () => {
  it('is confirmed with a session ID', async () => {
    const session = await connectUrl(get().owner, get().audio.url('hum.wav'));
    expect(session.id).toMatch(/./);
    session.close();
  });

  it('needs no credential in the upgrade, because browsers send none', async () => {
    const session = await connectUrl(await get().visitor(), get().audio.url('hum.wav'));
    expect(session.id).not.toBe('');
    session.close();
  });

  it('accepts the API key without a scheme in its first message', async () => {
    const messages = await transcribe(get().owner, get().audio.url('hum.wav'));
    expect(messages.at(-1)?.status).toBe('done');
  });

  it('accepts a token after Bearer in its first message', async () => {
    const messages = await transcribe(await get().visitor(), get().audio.url('hum.wav'));
    expect(messages.at(-1)?.status).toBe('done');
  });

  it('transcribes nothing and fetches no audio before the start', async () => {
    const { audio, owner } = get();
    const session = await connectUrl(owner, audio.url('speech.wav'));
    // While this session waits, another session begins and ends.
    await transcribe(owner, audio.url('speech.wav'));
    expect(session.waiting()).toBe(0);
    const { data } = await call(owner, 'GET', '/transcriptions');
    const listed = data as readonly Transcription[];
    expect(listed.filter(({ status }) => status === 'processing')).toEqual([]);
    session.start();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('starts only once, even after several start messages', async () => {
    const { audio, owner } = get();
    const url = audio.url('speech.wav');
    const session = await connectUrl(owner, url);
    session.start();
    session.start();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
    const { data } = await call(owner, 'GET', '/transcriptions');
    const mine = (data as readonly { readonly url?: string }[]).filter((item) => item.url === url);
    expect(mine).toHaveLength(1);
  });

  it('accepts a URL that is encoded once', async () => {
    const { audio, owner } = get();
    const url = audio.url('speech.wav');
    const query = { language: 'auto', url };
    const session = await connect(owner, URL_PATH, { query });
    session.start();
    expect(textOf(lastData(await session.until(isEnd)))).toBe(SPEECH_TEXT);
  });

  it('fetches exactly the URL that was encoded twice', async () => {
    const { audio, owner } = get();
    const url = audio.url('speech.wav', '?name=a%20b%2Fc&plus=%2B&percent=%2525');
    await transcribe(owner, url);
    const { pathname, search } = new URL(url);
    expect(audio.requestsFor(url)[0]).toBe(`${pathname}${search}`);
  });

  it('works without a language', async () => {
    const { audio, owner } = get();
    const query = { url: encodeURIComponent(audio.url('hum.wav')) };
    expect(buildQuery(query)).not.toContain('language');
    const session = await connect(owner, URL_PATH, { query });
    session.start();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });
});

describe('the messages of a URL session', () => {
  let messages: readonly Message[] = [];
  const data = () => messages.flatMap((message) => (message.data ? [message.data] : []));

  beforeAll(async () => {
    messages = await transcribe(get().owner, get().audio.url('speech.wav'));
  });

  it('include processing before done', () => {
    const statuses = messages.map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses).toContain('processing');
    expect(statuses.indexOf('done')).toBe(statuses.length - 1);
  });

  it('have the same ID, by which REST finds the transcription', async () => {
    const ids = new Set(data().map(({ id }) => id));
    expect(ids.size).toBe(1);
    const [id] = ids;
    expect((await call(get().owner, 'GET', `/transcriptions/${id}`)).status).toBe('done');
  });

  it('have the operation transcription-prerecorded', () => {
    expect(new Set(data().map(({ operation }) => operation))).toEqual(
      new Set(['transcription-prerecorded']),
    );
  });

  it('have the same status in data as in the message', () => {
    expect(messages.map((message) => message.data?.status)).toEqual(
      messages.map(({ status }) => status),
    );
  });

  it('have a progress that never decreases, and is 1 at the end', () => {
    const progress = data().map((each) => each.progress ?? Number.NaN);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });

  it('have a timeline that never becomes shorter', () => {
    const lengths = data().map(({ timeline }) => timeline.length);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });

  it('have no summary, keywords and paragraphs before the end', () => {
    const early = data().slice(0, -1);
    const values = early.flatMap((each) => [each.summary, each.keywords, each.paragraphs]);
    expect(values.length).toBeGreaterThan(0);
    expect(values.filter((value) => value !== undefined && value !== null)).toEqual([]);
  });

  it('have no end time before done', () => {
    expect(
      new Set(
        data()
          .slice(0, -1)
          .map(({ end }) => end),
      ),
    ).toEqual(new Set([null]));
  });

  it('end with the text from the text file of the audio', () => {
    expect(textOf(lastData(messages))).toBe(SPEECH_TEXT);
  });

  it('have no error code if there is no error', () => {
    expect(messages.filter(({ http_code }) => (http_code ?? 200) >= 400)).toEqual([]);
  });

  it('end with the correct text for the clip of the sandbox', async () => {
    const clip = await transcribe(get().owner, `${get().sandbox.url}/sandbox/clip.wav`);
    expect(textOf(lastData(clip))).toBe(CLIP_TEXT);
  });
});
