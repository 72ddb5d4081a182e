import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { call, eventually, KEY, openSession, sandbox, silence, type TestSandbox } from './support';

const LIVE = '/async/live/transcribe';
const CLIP = readFileSync(new URL('../../assets/clip.wav', import.meta.url));
const HEADER_BYTES = 44;

async function startLive(server: TestSandbox, query = '') {
  const live = await openSession(server, `${LIVE}${query}`);
  live.start();
  await live.socket.until('processing');
  return { ...live, stop: () => live.socket.send({ stop: true, session: live.session }) };
}

type Live = Awaited<ReturnType<typeof startLive>>;

/** Sends a piece of audio, and returns the timeline of the next message. */
async function hear({ socket }: Live, bytes: Buffer) {
  socket.send(bytes);
  const { status, data } = await socket.next();
  expect(status).toBe('processing');
  return data.timeline;
}

const read = async (server: TestSandbox, session: string) =>
  (await call(server.url, `/transcriptions/${session}`, { authorization: KEY })).json.data;

describe('the timeline of a live stream', () => {
  test('grows by the words of the clip, and the last piece is pending while it grows', async () => {
    const live = await startLive(await sandbox());
    const bytesPerSecond = CLIP.readUInt32LE(28);
    const upTo = (seconds: number) => HEADER_BYTES + Math.round((seconds * bytesPerSecond) / 2) * 2;
    let sent = 0;
    const next = (seconds: number) => {
      const piece = CLIP.subarray(sent, upTo(seconds));
      sent = upTo(seconds);
      return hear(live, piece);
    };
    expect(await next(0.5)).toEqual([
      { start: 0.05, end: 0.5, text: 'A token', latest: true, pending: true },
    ]);
    const first = { start: 0.05, end: 1, text: 'A token is brief,' };
    expect(await next(1.1)).toEqual([{ ...first, latest: true }]);
    expect(await next(1.6)).toEqual([
      first,
      { start: 1.14, end: 1.6, text: 'so is', latest: true, pending: true },
    ]);
    live.socket.send(CLIP.subarray(sent));
    live.stop();
    const messages = await live.socket.until('done');
    expect(messages.at(-1).data.timeline).toHaveLength(3);
    expect(JSON.stringify(messages.at(-1).data.timeline)).not.toMatch(/pending|latest/);
  });

  test('grows by pieces of four seconds for other audio', async () => {
    const live = await startLive(await sandbox());
    const audio = silence(9);
    const label = (times: string) => `[sandbox: ${times} s of audio, not transcribed]`;
    expect(await hear(live, audio.subarray(0, HEADER_BYTES + 8000))).toEqual([
      { start: 0, end: 1, text: label('0.0 to 1.0'), latest: true, pending: true },
    ]);
    const first = { start: 0, end: 4, text: label('0.0 to 4.0') };
    expect(await hear(live, audio.subarray(HEADER_BYTES + 8000, HEADER_BYTES + 48_000))).toEqual([
      first,
      { start: 4, end: 6, text: label('4.0 to 6.0'), latest: true, pending: true },
    ]);
    live.socket.send(audio.subarray(HEADER_BYTES + 48_000));
    live.stop();
    const { data } = (await live.socket.until('done')).at(-1);
    expect(data.timeline).toEqual([
      first,
      { start: 4, end: 8, text: label('4.0 to 8.0') },
      { start: 8, end: 9, text: label('8.0 to 9.0') },
    ]);
  });

  test('grows by elapsed time if the audio does not say its duration', async () => {
    const server = await sandbox();
    const live = await startLive(server);
    const chunk = Buffer.from('opus in webm, as MediaRecorder has it');
    for (const second of [1, 2]) {
      await server.clock.advance(1000);
      expect(await hear(live, chunk)).toMatchObject([{ start: 0, end: second, pending: true }]);
    }
    await server.clock.advance(500);
    live.stop();
    expect((await live.socket.until('done')).at(-1).data.timeline).toMatchObject([{ end: 2.5 }]);
    expect((await read(server, live.session)).duration).toBe(2.5);
  });

  test('contains the requested translations', async () => {
    const live = await startLive(await sandbox(), '?translations=de');
    const [piece] = await hear(live, silence(1));
    expect(piece.translations).toEqual({ de: `[de] ${piece.text}` });
  });

  test('is sent at the configured pace, and not after every piece of audio', async () => {
    const server = await sandbox({ paceMs: 1000 });
    const live = await startLive(server);
    const audio = silence(8);
    const seconds = (at: number) =>
      audio.subarray(at === 0 ? 0 : HEADER_BYTES + 8000 * at, HEADER_BYTES + 8000 * (at + 1));
    expect(await hear(live, seconds(0))).toMatchObject([{ end: 1 }]);
    for (const at of [1, 2, 3]) live.socket.send(seconds(at));
    await live.socket.ping();
    await server.clock.advance(1000);
    const { data } = await live.socket.next();
    expect(data.timeline).toMatchObject([{ end: 4, latest: true }]);
    live.stop();
    expect((await live.socket.next()).status).toBe('stopping');
  });

  test('stays empty if a fault removes the words', async () => {
    const live = await startLive(await sandbox({ faults: ['transcribe:nothing'] }));
    expect(await hear(live, CLIP)).toEqual([]);
  });

  test('grows so slowly that the messages for an hour of audio are less than 64 MiB', async () => {
    const live = await startLive(await sandbox());
    const hour = silence(3600);
    for (let at = 0; at < hour.length; at += 64_000) {
      live.socket.send(hour.subarray(at, at + 64_000));
    }
    live.stop();
    const messages = await live.socket.until('done');
    const { timeline, paragraphs } = messages.at(-1).data;
    expect(timeline).toHaveLength(900);
    expect(timeline.at(-1)).toMatchObject({ start: 3596, end: 3600 });
    expect(paragraphs).toEqual(['[sandbox: 3600.0 s of audio, not transcribed]']);
    const bytes = messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
    expect(bytes).toBeLessThan(64 * 1024 * 1024);
  });
});

test('audio that claims to be months long has a timeline that fits into a message', async () => {
  const live = await startLive(await sandbox(), '?max_duration_s=0');
  const audio = silence(1000);
  // Changes the header to one byte per second, so that the 8 MB of audio claim to last 8,000,000 s.
  audio.writeUInt32LE(1, 28);
  live.socket.send(audio);
  live.stop();
  const { timeline } = (await live.socket.until('done')).at(-1).data;
  expect(timeline.at(-1).end).toBe(8_000_000);
  expect(timeline.length).toBeLessThan(2000);
});

describe('a file that is not WAV and is sent at once', () => {
  /** A silent MP3 frame with 1152 samples (MPEG 1, 128 kbit/s, 44.1 kHz). */
  const FRAME = Buffer.concat([Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)]);
  const mp3 = (frames: number) => Buffer.concat(Array(frames).fill(FRAME));
  const seconds = (frames: number) => (frames * 1152) / 44_100;

  test.each([100, 5000])('has the duration of its %i MP3 frames', async (frames) => {
    const server = await sandbox();
    const live = await startLive(server);
    live.socket.send(mp3(frames));
    live.stop();
    const { timeline } = (await live.socket.until('done')).at(-1).data;
    const { duration } = await read(server, live.session);
    expect(Math.abs(duration - seconds(frames))).toBeLessThan(seconds(frames) / 50);
    expect(timeline.at(-1).end).toBeCloseTo(duration, 2);
  });

  test('has the elapsed time as its duration if it is sent like audio of a microphone', async () => {
    const server = await sandbox();
    const live = await startLive(server);
    const audio = mp3(400);
    const step = audio.length / 10;
    for (let at = 0; at < audio.length; at += step) {
      live.socket.send(audio.subarray(at, at + step));
      await live.socket.ping();
      await server.clock.advance(1200);
    }
    live.stop();
    await live.socket.until('done');
    expect((await read(server, live.session)).duration).toBe(12);
  });
});

describe('after the last audio', () => {
  test('a session is stopping during post-processing, and ignores audio that still arrives', async () => {
    const server = await sandbox({ paceMs: 1000 });
    const live = await startLive(server);
    await hear(live, silence(1));
    live.stop();
    const { status, data } = await live.socket.next();
    expect([status, data.status]).toEqual(['stopping', 'stopping']);
    expect(data.timeline).toMatchObject([{ end: 1 }]);
    expect(data).not.toHaveProperty('summary');
    live.socket.send(silence(5));
    await live.socket.ping();
    expect((await read(server, live.session)).status).toBe('stopping');
    await eventually(() => server.clock.waiting().includes(1000));
    await server.clock.advance(1000);
    const done = await live.socket.next();
    expect(done).toMatchObject({ status: 'done', data: { timeline: [{ end: 1 }] } });
  });

  test.each([
    ['the time-out', '?timeout_period_s=3', 3000],
    ['the longest duration', '?max_duration_s=3', 3000],
  ])('%s ends a session in the same way as a stop', async (_, query, ms) => {
    const server = await sandbox();
    const live = await startLive(server, query);
    await hear(live, silence(1));
    await server.clock.advance(ms);
    const messages = await live.socket.until('done');
    expect(messages.map(({ status }) => status)).toEqual(['stopping', 'done']);
    expect(messages.at(-1).data.timeline).toMatchObject([{ end: 1 }]);
  });

  test('the time until a time-out does not count as audio', async () => {
    const server = await sandbox();
    const live = await startLive(server, '?timeout_period_s=30');
    await server.clock.advance(2000);
    await hear(live, Buffer.from('opus'));
    await server.clock.advance(30_000);
    expect((await live.socket.until('done')).at(-1).data.timeline).toMatchObject([{ end: 2 }]);
  });
});

test('unknown values are null in messages, and absent when the transcription is read', async () => {
  const server = await sandbox();
  const live = await startLive(server);
  live.socket.send(silence(1));
  const { data } = await live.socket.next();
  expect(data).toMatchObject({ end: null, flags: { started: true }, polyglot_id: null });
  const pending = await read(server, live.session);
  const list = await call(server.url, '/transcriptions', { authorization: KEY });
  for (const one of [pending, list.json.data[0]]) {
    expect(one).not.toHaveProperty('end');
    expect(one).not.toHaveProperty('duration');
  }
  expect(list.json.data[0].keywords).toBe(null);
  for (const name of ['keywords', 'summary', 'paragraphs']) {
    expect(data).not.toHaveProperty(name);
    expect(pending).not.toHaveProperty(name);
  }
  live.stop();
  await live.socket.until('done');
  expect(await read(server, live.session)).toMatchObject({
    end: '2026-11-24T10:00:00.000Z',
    duration: 1,
    keywords: expect.any(String),
    summary: expect.any(String),
    paragraphs: [expect.any(String)],
  });
});
