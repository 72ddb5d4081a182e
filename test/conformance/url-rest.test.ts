import { describe, expect, it } from 'vitest';
import { CLIP_SECONDS, CLIP_TEXT, SPEECH_TEXT } from './audio';
import { type Caller, call, type Query, refusalOf, urlQuery } from './client';
import type { Transcription } from './connection';
import { settled, useService } from './service';
import { URL_PATH } from './session';

const get = useService();

interface Started {
  readonly id: string;
  readonly status: string;
}

async function start(caller: Caller, query: Query): Promise<Started> {
  return (await call(caller, 'POST', URL_PATH, { query })).data as Started;
}

async function resultOf(url: string, options: Query = {}): Promise<Transcription> {
  const { owner } = get();
  return settled(owner, (await start(owner, urlQuery(url, options))).id);
}

const textOf = ({ timeline }: Transcription) =>
  timeline
    .map(({ text }) => text.trim())
    .join(' ')
    .trim();

describe('POST /async/transcribe/url', () => {
  it('answers a URL that is encoded twice with status processing', async () => {
    const { audio, owner } = get();
    const started = await start(owner, urlQuery(audio.url('hum.wav')));
    expect(started).toEqual({ id: expect.stringMatching(/./), status: 'processing' });
  });

  it('answers a URL that is encoded once with status processing', async () => {
    const { audio, owner } = get();
    const started = await start(owner, { language: 'auto', url: audio.url('hum.wav') });
    expect(started).toEqual({ id: expect.stringMatching(/./), status: 'processing' });
  });

  it('accepts a readwrite token', async () => {
    const { audio, visitor } = get();
    const started = await start(await visitor(), urlQuery(audio.url('hum.wav')));
    expect(started.status).toBe('processing');
  });

  it.each([
    ['twice', (url: string) => encodeURIComponent(url)],
    ['once', (url: string) => url],
  ])('fetches exactly the URL that was encoded %s', async (_times, encode) => {
    const { audio, owner } = get();
    const url = audio.url('hum.wav', '?name=a%20b%2Fc&plus=%2B&percent=%2525');
    const { id } = await start(owner, { language: 'auto', url: encode(url) });
    await settled(owner, id);
    const { pathname, search } = new URL(url);
    expect(audio.requestsFor(url)[0]).toBe(`${pathname}${search}`);
  });

  it.each(['auto', 'en', 'de', ''])('accepts the language "%s"', async (language) => {
    expect((await resultOf(get().audio.url('hum.wav'), { language })).status).toBe('done');
  });

  it('gives every transcription another ID', async () => {
    const { audio, owner } = get();
    const ids = await Promise.all(
      Array.from(
        { length: 5 },
        async () => (await start(owner, urlQuery(audio.url('hum.wav')))).id,
      ),
    );
    expect(new Set(ids).size).toBe(5);
  });

  it('starts a transcription that can be read by its ID, with the text from the text file of the audio', async () => {
    expect(textOf(await resultOf(get().audio.url('speech.wav')))).toBe(SPEECH_TEXT);
  });

  it('returns the correct text for the clip of the sandbox', async () => {
    const result = await resultOf(`${get().sandbox.url}/sandbox/clip.wav`);
    expect(textOf(result)).toBe(CLIP_TEXT);
    expect(result.duration).toBeCloseTo(CLIP_SECONDS, 2);
  });

  it('returns a text for unknown audio', async () => {
    expect(textOf(await resultOf(get().audio.url('hum.wav')))).not.toBe('');
  });

  it('returns no pending or latest items after done', async () => {
    const { timeline } = await resultOf(get().audio.url('speech.wav'));
    expect(timeline.filter(({ pending, latest }) => pending || latest)).toEqual([]);
  });

  it.each(['missing.wav', 'page.html'])('does not end with done for %s', async (name) => {
    const { audio, owner } = get();
    const query = urlQuery(audio.url(name));
    const refused = await refusalOf(owner, 'POST', URL_PATH, { query });
    if (refused !== 0) {
      expect(refused).toBeGreaterThanOrEqual(400);
      return;
    }
    const { id, status } = await start(owner, urlQuery(audio.url(name)));
    expect(status === 'error' ? status : (await settled(owner, id)).status).toBe('error');
  });

  it.each([
    ['no address', undefined],
    ['an empty address', ''],
    ['words instead of an address', 'not an address'],
    ['an address of a file', 'file:///etc/passwd'],
    ['a half encoded address', 'http%3A%2F%2F%E0%A4%A'],
  ])('rejects %s', async (_name, url) => {
    const query = { language: 'auto', url };
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', URL_PATH, { query }));
  });

  it('is refused without a credential', async () => {
    const { audio, sandbox } = get();
    const url = audio.url('hum.wav');
    const query = urlQuery(url);
    expect(await refusalOf({ server: sandbox.url }, 'POST', URL_PATH, { query })).toBe(401);
    expect(audio.requestsFor(url)).toEqual([]);
  });

  it('cannot be called with GET', async () => {
    const query = urlQuery(get().audio.url('hum.wav'));
    expect([404, 405]).toContain(await refusalOf(get().owner, 'GET', URL_PATH, { query }));
  });
});
