import { describe, expect, it } from 'vitest';
import { recording, SECOND } from './audio';
import { useService } from './service';
import { connectLive, isEnd, lastData, SessionRefused } from './session';

const get = useService();

/** Transcribes an HLS stream until there is some text, then stops the session. Returns all messages. */
async function listen(url: string) {
  const session = await connectLive(get().owner, {}, { 'livestream-url': url });
  session.start();
  const seen = await session.until(
    (message) => isEnd(message) || (message.data?.timeline.length ?? 0) > 0,
  );
  if (isEnd(seen.at(-1) ?? {})) return seen;
  session.stop();
  return [...seen, ...(await session.until(isEnd))];
}

/**
 * Returns the error code with which a source is refused, before or after the session is confirmed. Undefined if the source is
 * accepted.
 */
async function codeOf(url: string): Promise<number | undefined> {
  try {
    const last = (await listen(url)).at(-1);
    return last?.status === 'error' ? (last.http_code ?? 0) : undefined;
  } catch (error) {
    if (error instanceof SessionRefused) return error.reply.http_code;
    throw error;
  }
}

describe('a live HLS stream', () => {
  it('is transcribed if the header livestream-url names it, without audio on the WebSocket', async () => {
    const messages = await listen(get().audio.url('stream.m3u8'));
    expect(messages.at(-1)?.status).toBe('done');
    expect(lastData(messages).timeline.length).toBeGreaterThan(0);
    expect(lastData(messages).operation).toBe('transcription-live');
  });

  it('has its playlist and its segments fetched by the server', async () => {
    const url = get().audio.url('stream.m3u8');
    await listen(url);
    const names = get()
      .audio.requestsFor(url)
      .map((path) => path.split('/').at(-1));
    expect(names).toEqual(expect.arrayContaining(['stream.m3u8', 'segment-0.ts']));
  });

  it('has the statuses processing, stopping and done, like every live session', async () => {
    const messages = await listen(get().audio.url('stream.m3u8'));
    expect(new Set(messages.map(({ status }) => status))).toEqual(
      new Set(['processing', 'stopping', 'done']),
    );
  });

  it.each(['missing.m3u8', 'gone.m3u8'])(
    'ends with an error message and a code if %s cannot be fetched',
    async (name) => {
      expect(await codeOf(get().audio.url(name))).toBeGreaterThanOrEqual(400);
    },
  );

  it.each(['not an address', 'file:///etc/passwd', 'http://169.254.169.254/a.m3u8'])(
    'ends with an error message and a code for the URL %s',
    async (url) => {
      expect(await codeOf(url)).toBeGreaterThanOrEqual(400);
    },
  );
});

describe('a large amount of live audio', () => {
  it('is accepted in frames of 2 MiB', async () => {
    const session = await connectLive(get().owner);
    session.start();
    for (let count = 0; count < 3; count += 1) session.sendBuffer(Buffer.alloc(2 * 1024 * 1024, 3));
    session.stop();
    const messages = await session.until(isEnd);
    expect(messages.at(-1)?.status).toBe('done');
    expect(lastData(messages).timeline.length).toBeGreaterThan(0);
  });

  it('is accepted as one message in many fragments', async () => {
    const session = await connectLive(get().owner);
    session.start();
    session.sendFragments(recording(60));
    session.stop();
    const messages = await session.until(isEnd);
    expect(messages.at(-1)?.status).toBe('done');
    expect(lastData(messages).timeline.at(-1)?.end).toBeCloseTo(60, 0);
  });

  it('can be an hour long and sent faster than real time', async () => {
    const session = await connectLive(get().owner, { max_duration_s: 7200 });
    session.start();
    // The audio has only 800 samples per second, and each message contains half a minute of audio. This makes the test faster.
    const pieces = recording(3600, 800);
    for (let at = 0; at < pieces.length; at += 30)
      session.sendBuffer(Buffer.concat(pieces.slice(at, at + 30)));
    session.stop();
    const messages = await session.until(isEnd);
    expect(messages.at(-1)?.status).toBe('done');
    expect(lastData(messages).timeline.at(-1)?.end).toBeCloseTo(3600, 0);
  });

  it('can be an hour of MediaRecorder chunks, sent faster than real time', async () => {
    const session = await connectLive(get().owner, { max_duration_s: 7200 });
    session.start();
    // Each chunk has the size of one second of Opus audio at 32 kbit/s.
    for (let count = 0; count < 3600; count += 1) session.sendBuffer(Buffer.alloc(4000, count));
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('is accepted in frames of one byte, and in empty frames', async () => {
    const session = await connectLive(get().owner);
    session.start();
    for (let count = 0; count < 2000; count += 1) session.sendBuffer(SECOND.subarray(0, count % 2));
    session.stop();
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });
});
