import { describe, expect, it } from 'vitest';
import { call, refusalOf, urlQuery } from './client';
import { settled, untilEnd, useClockedService, useService } from './service';
import { connectLive, connectUrl, SessionRefused, transcribe, URL_PATH } from './session';

const get = useService();
const READS = ['/transcriptions', '/billing/details', '/polyglot'];

/**
 * Returns the code in the message with which the service refused a session on an open WebSocket. Throws an error if the session
 * was not refused, or if the service refused to open the WebSocket.
 */
async function codeOf(work: Promise<unknown>): Promise<number | undefined> {
  const error = await work.catch((reason: unknown) => reason);
  if (!(error instanceof SessionRefused)) throw new Error(`not refused inside: ${String(error)}`);
  return error.reply.http_code;
}

describe('a token with default options', () => {
  it.each(READS)('can read %s', async (path) => {
    expect((await call(await get().visitor({}), 'GET', path)).status).toBe('done');
  });

  it('is readonly, so it starts no transcription over REST', async () => {
    const { audio, visitor } = get();
    const query = urlQuery(audio.url('hum.wav'));
    expect(await refusalOf(await visitor({}), 'POST', URL_PATH, { query })).toBe(403);
  });

  it('is spent by its first use', async () => {
    const caller = await get().visitor({});
    await call(caller, 'GET', '/transcriptions');
    expect(await refusalOf(caller, 'GET', '/transcriptions')).toBe(401);
  });

  it('is spent for every other call after its first use', async () => {
    const caller = await get().visitor({});
    await call(caller, 'GET', '/billing/details');
    expect(await refusalOf(caller, 'GET', '/polyglot')).toBe(401);
  });
});

describe('a one-time token', () => {
  it.each(['readonly', 'readwrite'])('with access %s can read once', async (access) => {
    const caller = await get().visitor({ access, one_time: true });
    expect(await refusalOf(caller, 'GET', '/transcriptions')).toBe(0);
    expect(await refusalOf(caller, 'GET', '/transcriptions')).toBe(401);
  });

  it('works for exactly one of several requests at the same time', async () => {
    const caller = await get().visitor({ one_time: true });
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => refusalOf(caller, 'GET', '/billing/details')),
    );
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
  });

  it('is spent by a session', async () => {
    const { audio, visitor } = get();
    const caller = await visitor({ access: 'readwrite', one_time: true });
    const session = await connectUrl(caller, audio.url('hum.wav'));
    session.close();
    expect(await refusalOf(caller, 'GET', '/transcriptions')).toBe(401);
  });

  it('cannot open a second session', async () => {
    const { audio, visitor } = get();
    const caller = await visitor({ access: 'readwrite', one_time: true });
    const session = await connectUrl(caller, audio.url('hum.wav'));
    expect(await codeOf(connectUrl(caller, audio.url('hum.wav')))).toBe(401);
    session.close();
  });

  it('cannot open a session after a use over REST', async () => {
    const { audio, visitor } = get();
    const caller = await visitor({ access: 'readwrite', one_time: true });
    await call(caller, 'GET', '/transcriptions');
    expect(await codeOf(connectUrl(caller, audio.url('hum.wav')))).toBe(401);
  });

  it('keeps its session open until the end', async () => {
    const { audio, visitor } = get();
    const caller = await visitor({ access: 'readwrite', one_time: true });
    expect((await transcribe(caller, audio.url('hum.wav'))).at(-1)?.status).toBe('done');
  });
});

describe('a reusable token', () => {
  it('can read repeatedly', async () => {
    const caller = await get().visitor({ one_time: false });
    for (const path of [...READS, ...READS])
      expect((await call(caller, 'GET', path)).status).toBe('done');
  });
});

describe('a readonly token', () => {
  const readonly = () => get().visitor({ access: 'readonly', one_time: false });

  it('cannot start a URL session', async () => {
    expect(await codeOf(connectUrl(await readonly(), get().audio.url('hum.wav')))).toBe(403);
  });

  it('cannot start a live session', async () => {
    expect(await codeOf(connectLive(await readonly()))).toBe(403);
  });

  it.each([
    ['POST', '/transcription/ID/translate?languages=de'],
    ['PATCH', '/live/transcribe/ID/stop'],
    ['POST', '/polyglot'],
    ['PUT', '/polyglot/ID'],
    ['DELETE', '/polyglot/ID'],
  ])('is refused by %s %s', async (method, path) => {
    expect(await refusalOf(await readonly(), method, path, { json: {} })).toBe(403);
  });

  it('starts no transcription when it is refused', async () => {
    const { audio, owner } = get();
    const url = audio.url('hum.wav');
    await refusalOf(await readonly(), 'POST', URL_PATH, { query: urlQuery(url) });
    const { data } = await call(owner, 'GET', '/transcriptions');
    expect(JSON.stringify(data)).not.toContain(url);
    expect(audio.requestsFor(url)).toEqual([]);
  });
});

describe('the lifetime of a token', () => {
  const { clock, get: clocked } = useClockedService();

  it.each([
    [undefined, 10],
    [1, 1],
    [120, 120],
  ])('with lifetime_s=%s is %s s', async (lifetime_s, seconds) => {
    const caller = await clocked().visitor({
      one_time: false,
      ...(lifetime_s === undefined ? {} : { lifetime_s }),
    });
    await clock.advance(seconds * 1000 - 1);
    expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(0);
    await clock.advance(2);
    expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(401);
  });

  it('does not become longer through use', async () => {
    const caller = await clocked().visitor({ one_time: false, lifetime_s: 10 });
    for (let count = 0; count < 3; count += 1) {
      await clock.advance(3000);
      expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(0);
    }
    await clock.advance(3000);
    expect(await refusalOf(caller, 'GET', '/billing/details')).toBe(401);
  });

  it('limits the use for new sessions too', async () => {
    const caller = await clocked().visitor({ access: 'readwrite', lifetime_s: 10 });
    await clock.advance(10_001);
    expect(await codeOf(connectUrl(caller, clocked().audio.url('hum.wav')))).toBe(401);
  });

  it('does not limit work in a session that was started before', async () => {
    const caller = await clocked().visitor({ access: 'readwrite', lifetime_s: 1 });
    const session = await connectUrl(caller, clocked().audio.url('hum.wav'));
    session.start();
    await clock.advance(5000);
    const { messages } = await untilEnd(clock, session);
    expect(messages.at(-1)?.status).toBe('done');
  });

  it('does not limit work over REST that was started before', async () => {
    const { owner, audio, visitor } = clocked();
    const caller = await visitor({ access: 'readwrite', lifetime_s: 1 });
    const query = urlQuery(audio.url('hum.wav'));
    const { data } = await call(caller, 'POST', URL_PATH, { query });
    await clock.advance(5000);
    const end = await settled(owner, (data as { id: string }).id, () => clock.advance(1000));
    expect(end.status).toBe('done');
  });
});
