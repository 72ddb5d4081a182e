import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  call,
  eventually,
  hello,
  KEY,
  mintBearer,
  openSession,
  openSocket,
  sandbox,
  silence,
} from './support';

const LIVE = '/async/live/transcribe';
const CLIP = readFileSync(new URL('../../assets/clip.wav', import.meta.url));

async function startLive(server: Awaited<ReturnType<typeof sandbox>>, query = '') {
  const live = await openSession(server, `${LIVE}?language=en${query}`);
  live.start();
  const first = await live.socket.next();
  return { ...live, first, stop: () => live.socket.send({ stop: true, session: live.session }) };
}

describe('a live stream', () => {
  test('has the text of the clip if the clip is sent in pieces', async () => {
    const server = await sandbox();
    const body = JSON.stringify({ name: 'A talk', link: 'talk' });
    const made = await call(server.url, '/polyglot', { method: 'POST', authorization: KEY, body });
    const polyglot_id = made.json.data.id;
    const { socket, session, first, stop } = await startLive(server, `&polyglot_id=${polyglot_id}`);
    expect(first).toMatchObject({ status: 'processing', data: { timeline: [] } });
    for (let at = 0; at < CLIP.length; at += 4096) socket.send(CLIP.subarray(at, at + 4096));
    stop();
    const messages = await socket.until('done');
    const statuses = messages.map((message) => message.status);
    expect(statuses.slice(-2)).toEqual(['stopping', 'done']);
    expect(new Set(statuses.slice(0, -2))).toEqual(new Set(['processing']));
    const { data } = messages.at(-1);
    expect(data).toMatchObject({
      id: session,
      operation: 'transcription-live',
      polyglot_id,
      flags: { started: true },
      keywords: 'token, clip, brief',
      summary: expect.stringContaining('a token is brief'),
      paragraphs: ['A token is brief, so is this clip, and both are nearly over.'],
    });
    expect(data).not.toHaveProperty('progress');
    expect(data.timeline.map((item: { text: string }) => item.text)).toEqual([
      'A token is brief,',
      'so is this clip,',
      'and both are nearly over.',
    ]);
    const read = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(read.json.data).toMatchObject({
      status: 'done',
      duration: expect.closeTo(3.575, 2),
      polyglot_id,
    });
  });

  test('has a placeholder with the duration for other audio', async () => {
    const { socket, stop } = await startLive(await sandbox());
    socket.send(silence(1.5));
    stop();
    const { data } = (await socket.until('done')).at(-1);
    const text = '[sandbox: 0.0 to 1.5 s of audio, not transcribed]';
    expect(data.timeline).toEqual([{ start: 0, end: 1.5, text }]);
    expect(data.summary).toBe('[sandbox: no summary, since the audio was not transcribed]');
    expect(data.keywords).toBe('sandbox, placeholder');
    expect(data.paragraphs).toEqual(['[sandbox: 1.5 s of audio, not transcribed]']);
  });

  test('has the elapsed time as the duration for raw audio of a microphone', async () => {
    const server = await sandbox();
    const { socket, stop } = await startLive(server);
    socket.send(Buffer.alloc(32_000, 7));
    await server.clock.advance(2_000);
    stop();
    const { data } = (await socket.until('done')).at(-1);
    expect(data.timeline[0].text).toBe('[sandbox: 0.0 to 2.0 s of audio, not transcribed]');
  });

  test('has an empty transcript without audio', async () => {
    const { socket, stop } = await startLive(await sandbox());
    stop();
    const { data } = (await socket.until('done')).at(-1);
    expect(data).toMatchObject({ timeline: [], paragraphs: [], keywords: 'sandbox, placeholder' });
    expect(data.summary).toBe('[sandbox: no summary, since there are no words]');
  });

  test('contains the requested translations, as placeholders', async () => {
    const { socket, stop } = await startLive(await sandbox(), '&translations=de,fr');
    socket.send(CLIP);
    stop();
    const { data } = (await socket.until('done')).at(-1);
    expect(data.timeline[0].translations).toEqual({
      de: '[de] A token is brief,',
      fr: '[fr] A token is brief,',
    });
  });

  test('can also be stopped by PATCH with a readwrite token', async () => {
    const server = await sandbox();
    const { socket, session } = await startLive(server);
    socket.send(CLIP);
    const reply = await call(server.url, `/live/transcribe/${session}/stop`, {
      method: 'PATCH',
      authorization: await mintBearer(server),
    });
    expect(reply.json).toMatchObject({ status: 'stopping', data: { id: session } });
    await socket.until('done');
  });

  test('is not stopped by a message with the ID of another session', async () => {
    const server = await sandbox();
    const { socket, stop } = await startLive(server);
    socket.send({ stop: true, session: 'other' });
    expect(await socket.next()).toMatchObject({ http_code: 404 });
    stop();
    await socket.until('done');
  });

  test('ends after a minute without audio, or after the requested time', async () => {
    const server = await sandbox();
    for (const [query, ms] of [
      ['', 60_000],
      ['&timeout_period_s=5', 5_000],
    ] as const) {
      const { socket, session } = await startLive(server, query);
      await server.clock.advance(ms - 1);
      socket.send(CLIP);
      await eventually(() => server.clock.waiting().includes(ms));
      socket.close();
      await socket.closed;
      const status = async () => {
        const reply = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
        return reply.json.data.status;
      };
      await server.clock.advance(ms - 1);
      expect(await status()).toBe('processing');
      await server.clock.advance(1);
      await eventually(async () => (await status()) === 'done');
    }
  });

  test('ends at max_duration_s, and so does its transcript', async () => {
    const server = await sandbox();
    const byClock = await startLive(server, '&max_duration_s=2');
    byClock.socket.send(Buffer.from('from a microphone'));
    await byClock.socket.ping();
    await server.clock.advance(2_000);
    const { timeline } = (await byClock.socket.until('done')).at(-1).data;
    expect(timeline).toMatchObject([{ start: 0, end: 2 }]);
    const byAudio = await startLive(server, '&max_duration_s=2');
    byAudio.socket.send(CLIP);
    const { data } = (await byAudio.socket.until('done')).at(-1);
    expect(data.timeline).toHaveLength(2);
    expect(data.paragraphs).toEqual(['A token is brief, so is this clip,']);
    const read = await call(server.url, `/transcriptions/${data.id}`, { authorization: KEY });
    expect(read.json.data.duration).toBe(2);
  });

  test('is separate from another session with the same request, and can be joined by its ID', async () => {
    const server = await sandbox();
    const first = await startLive(server);
    const second = await startLive(server);
    expect(second.session).not.toBe(first.session);
    const viewer = await openSocket(server, `${LIVE}?language=en`);
    viewer.send(hello(KEY, LIVE, first.session));
    expect(await viewer.next()).toEqual({ session: first.session });
    expect(await viewer.next()).toMatchObject({ status: 'processing' });
    first.socket.send(CLIP);
    first.stop();
    expect((await viewer.until('done')).at(-1).data.timeline).toHaveLength(3);
  });
});

describe('audio over the socket', () => {
  test('is rejected before the start, and in a session for a URL', async () => {
    const server = await sandbox();
    const live = await openSession(server, `${LIVE}?language=en`);
    live.socket.send(CLIP);
    expect(await live.socket.next()).toMatchObject({ http_code: 400 });
    expect(await live.socket.closed).toBe(1008);
    const url = await openSession(server, '/async/transcribe/url?url=http%253A%252F%252Fa%252F');
    url.socket.send(CLIP);
    expect(await url.socket.next()).toMatchObject({ http_code: 400 });
  });

  test('is ignored after the stop', async () => {
    const { socket, stop } = await startLive(await sandbox());
    socket.send(CLIP);
    stop();
    socket.send(CLIP);
    expect((await socket.until('done')).at(-1).data.timeline).toHaveLength(3);
  });
});

describe('the maximum length of a message', () => {
  const MIB = 1024 * 1024;

  test('is 16 MiB for audio', async () => {
    const server = await sandbox();
    const { socket, session } = await startLive(server);
    for (const bytes of [2 * MIB, 16 * MIB]) socket.send(Buffer.alloc(bytes));
    await socket.ping();
    socket.send(Buffer.alloc(16 * MIB + 1));
    expect(await socket.closed).toBe(1009);
    expect(server.lines.join('\n')).toContain('a message is longer than 16 MiB');
    const read = await call(server.url, `/transcriptions/${session}`, { authorization: KEY });
    expect(read.json.data.status).toBe('processing');
  });

  test('S41 is 1 MiB for other messages, and before a live stream starts', async () => {
    const server = await sandbox();
    const first = await openSocket(server, LIVE);
    const message = { ...hello(KEY, LIVE), note: '' };
    first.send({ ...message, note: 'x'.repeat(MIB - JSON.stringify(message).length) });
    const { session } = await first.next();
    first.send(Buffer.alloc(2 * MIB));
    expect(await first.closed).toBe(1009);
    const stranger = await openSocket(server, LIVE);
    stranger.send('x'.repeat(15 * MIB));
    expect(await stranger.closed).toBe(1009);
    const url = await openSession(server, '/async/transcribe/url?url=http%253A%252F%252Fa%252F');
    url.socket.send(Buffer.alloc(2 * MIB));
    expect(await url.socket.closed).toBe(1009);
    const live = await startLive(server);
    live.socket.send(JSON.stringify({ stop: true, session, note: 'x'.repeat(MIB) }));
    expect(await live.socket.closed).toBe(1009);
    const told = server.lines.filter((line) => line.includes('a message is longer than 1 MiB'));
    expect(told).toHaveLength(4);
  });

  test('S41 still holds if the client continues to send after the rejection', async () => {
    const server = await sandbox();
    const peer = connect({ port: Number(new URL(server.url).port), allowHalfOpen: true });
    const told: Buffer[] = [];
    const failures: unknown[] = [];
    peer.on('data', (chunk) => told.push(chunk));
    peer.on('error', (error) => failures.push(error));
    const ended = new Promise((resolve) => peer.once('end', resolve));
    const closed = new Promise((resolve) => peer.once('close', resolve));
    const lines = ['Host: 127.0.0.1', 'Upgrade: websocket', 'Connection: Upgrade'];
    const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    lines[0] += `:${new URL(server.url).port}`;
    peer.write(`GET ${LIVE} HTTP/1.1\r\n${[...lines, ...key].join('\r\n')}\r\n\r\n`);
    // Header of a masked text frame with 15 MiB.
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(15 * MIB, 6);
    peer.write(head);
    peer.write(Buffer.alloc(2 * MIB, 'x'));
    await ended;
    expect(Buffer.concat(told).toString('latin1')).toContain('\u0003\u00f1the message is too long');
    const written = () =>
      new Promise((resolve) => peer.write(Buffer.alloc(MIB, 'x'), (error) => resolve(error)));
    for (let count = 0; count < 13; count += 1) expect(await written()).toBeFalsy();
    peer.end();
    await closed;
    expect(failures).toEqual([]);
  });
});
