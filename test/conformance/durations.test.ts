import { describe, expect, it } from 'vitest';
import { CLIP_SECONDS, LONG_SECONDS, SPEECH_SECONDS } from './audio';
import { call, type Query, refusalOf, urlQuery } from './client';
import type { Transcription } from './connection';
import { settled, useService } from './service';
import { lastData, SessionRefused, transcribe, URL_PATH } from './session';

const get = useService();

/** Returns how a session that transcribes a URL ends: `done`, or the code of the error. */
async function endOf(url: string, options: Query): Promise<unknown> {
  try {
    const last = (await transcribe(get().owner, url, options)).at(-1);
    return last?.status === 'error' ? last.http_code : last?.status;
  } catch (error) {
    if (error instanceof SessionRefused) return error.reply.http_code;
    throw error;
  }
}

/** Returns how a transcription of a URL over REST ends: `done` or `error`. */
async function restEndOf(url: string, options: Query): Promise<string> {
  const { owner } = get();
  const query = urlQuery(url, options);
  const refused = await refusalOf(owner, 'POST', URL_PATH, { query });
  if (refused !== 0) return 'error';
  const { data } = await call(owner, 'POST', URL_PATH, { query });
  const { id, status } = data as Transcription;
  return status === 'error' ? status : (await settled(owner, id)).status;
}

const lastMoment = ({ timeline }: Transcription) => timeline.at(-1)?.end ?? 0;

describe('duration_s', () => {
  it.each([SPEECH_SECONDS, '3.0'])(
    'starts work if the audio has exactly this duration: %s',
    async (s) => {
      expect(await endOf(get().audio.url('speech.wav'), { duration_s: s })).toBe('done');
    },
  );

  it('starts work for the clip of the sandbox, whose duration has a fraction', async () => {
    const url = `${get().sandbox.url}/sandbox/clip.wav`;
    expect(await endOf(url, { duration_s: CLIP_SECONDS })).toBe('done');
  });

  it.each([1, 10, 3600])('starts no work if the audio has another duration: %s', async (s) => {
    const code = await endOf(get().audio.url('speech.wav'), { duration_s: s });
    expect(code).toBeTypeOf('number');
    expect(code).toBeGreaterThanOrEqual(400);
  });

  it('works over REST too', async () => {
    const { audio } = get();
    expect(await restEndOf(audio.url('speech.wav'), { duration_s: 3 })).toBe('done');
    expect(await restEndOf(audio.url('speech.wav'), { duration_s: 30 })).toBe('error');
  });

  it.each(['many', '-1'])('is rejected if it is %s', async (duration_s) => {
    const query = urlQuery(get().audio.url('speech.wav'), { duration_s });
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', URL_PATH, { query }));
  });
});

describe('max_duration_s', () => {
  const resultOf = async (name: string, options: Query) =>
    lastData(await transcribe(get().owner, get().audio.url(name), options));

  it('limits how much audio is transcribed', async () => {
    expect(lastMoment(await resultOf('speech.wav', { max_duration_s: 1 }))).toBeLessThanOrEqual(1);
  });

  it('has no effect if the audio is shorter', async () => {
    const whole = await resultOf('speech.wav', {});
    const limited = await resultOf('speech.wav', { max_duration_s: 60 });
    expect(limited.timeline).toEqual(whole.timeline);
  });

  it('is 7200 by default', async () => {
    const end = lastMoment(await resultOf('long.wav', {}));
    expect(end).toBeGreaterThan(3600);
    expect(end).toBeLessThanOrEqual(7200);
  });

  it('means no limit if it is 0', async () => {
    const end = lastMoment(await resultOf('long.wav', { max_duration_s: 0 }));
    expect(end).toBeGreaterThan(7200);
    expect(end).toBeLessThanOrEqual(LONG_SECONDS);
  });

  it('also limits work over REST', async () => {
    const { audio, owner } = get();
    const query = urlQuery(audio.url('speech.wav'), { max_duration_s: 1 });
    const { data } = await call(owner, 'POST', URL_PATH, { query });
    expect(lastMoment(await settled(owner, (data as Transcription).id))).toBeLessThanOrEqual(1);
  });

  it.each(['much', '-1'])('is rejected if it is %s', async (max_duration_s) => {
    const query = urlQuery(get().audio.url('speech.wav'), { max_duration_s });
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', URL_PATH, { query }));
  });
});
