import { describe, expect, it } from 'vitest';
import { recording } from './audio';
import { call } from './client';
import type { Transcription } from './connection';
import { useService } from './service';
import {
  connect,
  connectLive,
  connectUrl,
  isEnd,
  LIVE_PATH,
  lastData,
  SessionRefused,
} from './session';

const get = useService();

const idsOf = (messages: readonly { readonly data?: Transcription | null }[]) => [
  ...new Set(messages.flatMap(({ data }) => (data ? [data.id] : []))),
];

describe('a second connection with the same request options', () => {
  it('joins the same session', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const second = await connectUrl(get().owner, url);
    expect(second.id).toBe(first.id);
    first.close();
    second.close();
  });

  it('gets the same transcription to its end, although only the first connection started it', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const second = await connectUrl(get().owner, url);
    first.start();
    const [ofFirst, ofSecond] = await Promise.all([first.until(isEnd), second.until(isEnd)]);
    expect(lastData(ofSecond)).toEqual(lastData(ofFirst));
    expect(ofSecond.at(-1)?.status).toBe('done');
  });

  it('can start the session', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const second = await connectUrl(get().owner, url);
    second.start();
    const [ofFirst, ofSecond] = await Promise.all([first.until(isEnd), second.until(isEnd)]);
    expect(idsOf(ofFirst)).toEqual(idsOf(ofSecond));
  });

  it('can join with another token', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(await get().visitor(), url);
    const second = await connectUrl(await get().visitor(), url);
    expect(second.id).toBe(first.id);
    first.close();
    second.close();
  });

  it('starts no second transcription', async () => {
    const url = get().audio.url('speech.wav');
    const sessions = await Promise.all(
      Array.from({ length: 10 }, () => connectUrl(get().owner, url)),
    );
    for (const session of sessions) session.start();
    const all = await Promise.all(sessions.map((session) => session.until(isEnd)));
    expect(idsOf(all.flat())).toHaveLength(1);
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const mine = (data as readonly { readonly url?: string }[]).filter((item) => item.url === url);
    expect(mine).toHaveLength(1);
  });

  it('stays open when the first connection closes', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const second = await connectUrl(get().owner, url);
    first.start();
    first.drop();
    expect((await second.until(isEnd)).at(-1)?.status).toBe('done');
  });
});

describe('a connection with other request options', () => {
  it.each([
    ['language', { language: 'en' }],
    ['max_duration_s', { max_duration_s: 2 }],
  ])('gets another session: %s', async (_name, options) => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const second = await connectUrl(get().owner, url, options);
    expect(second.id).not.toBe(first.id);
    first.close();
    second.close();
  });

  it('gets another session for another URL', async () => {
    const first = await connectUrl(get().owner, get().audio.url('speech.wav'));
    const second = await connectUrl(get().owner, get().audio.url('speech.wav'));
    expect(second.id).not.toBe(first.id);
    first.close();
    second.close();
  });
});

describe('a session that is resumed by its ID', () => {
  it('is the same session, or is refused with 404, if it was never started', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    first.drop();
    const again = await connectUrl(get().owner, url, {}, first.id).catch((error: unknown) => error);
    if (again instanceof SessionRefused) {
      expect(again.reply).toMatchObject({ status: 'error', http_code: 404 });
    } else {
      expect(again).toHaveProperty('id', first.id);
    }
  });

  it('is refused with 404 if its ID is unknown', async () => {
    const url = get().audio.url('speech.wav');
    const error = await connectUrl(get().owner, url, {}, 'unknown').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SessionRefused);
    expect((error as SessionRefused).reply).toMatchObject({ status: 'error', http_code: 404 });
  });

  it('continues to done after the connection broke, with the same transcription', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    first.start();
    const before = await first.next();
    first.drop();
    const again = await connectUrl(get().owner, url, {}, first.id);
    again.start();
    const after = await again.until(isEnd);
    expect(again.id).toBe(first.id);
    expect(after.at(-1)?.status).toBe('done');
    expect(idsOf([before, ...after])).toHaveLength(1);
  });

  it('needs a credential, as every session does', async () => {
    const url = get().audio.url('speech.wav');
    const first = await connectUrl(get().owner, url);
    const stranger = { server: get().sandbox.url };
    await expect(connectUrl(stranger, url, {}, first.id)).rejects.toThrow();
    first.close();
  });

  it('accepts more live audio', async () => {
    const first = await connectLive(get().owner, { language: 'en' });
    first.start();
    const pieces = recording(4);
    for (const piece of pieces.slice(0, 2)) first.sendBuffer(piece);
    const before = await first.until(({ data }) => (data?.timeline.length ?? 0) > 0);
    first.drop();
    const again = await connect(get().owner, LIVE_PATH, {
      query: { language: 'en' },
      session: first.id,
    });
    again.start();
    for (const piece of pieces.slice(2)) again.sendBuffer(piece);
    again.stop();
    const after = await again.until(isEnd);
    expect(after.at(-1)?.status).toBe('done');
    expect(idsOf([...before, ...after])).toHaveLength(1);
    expect(lastData(after).timeline.at(-1)?.end).toBeGreaterThan(
      lastData(before).timeline.at(0)?.start ?? Number.NaN,
    );
  });
});

describe('fifty sessions at once', () => {
  it('are fifty transcriptions, which all end with done', async () => {
    const { audio, owner } = get();
    const sessions = await Promise.all(
      Array.from({ length: 50 }, () => connectUrl(owner, audio.url('speech.wav'))),
    );
    for (const session of sessions) session.start();
    const all = await Promise.all(sessions.map((session) => session.until(isEnd)));
    expect(all.map((messages) => messages.at(-1)?.status)).toEqual(all.map(() => 'done'));
    expect(idsOf(all.flat())).toHaveLength(50);
  });
});
