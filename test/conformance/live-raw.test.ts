import { describe, expect, it } from 'vitest';
import { SECOND } from './audio';
import type { Message } from './connection';
import { quiet, untilEnd, useClockedService } from './service';
import { connectLive, lastData } from './session';
import { endOf, isMarked } from './speaking';

const { clock, get } = useClockedService();

// Audio that looks like a WebM file, which begins with these four bytes. Each buffer is as large as one second of audio with 64
// kbit/s.
const WEBM = [
  Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(8000, 7)]),
  ...[1, 2, 3, 4].map((byte) => Buffer.alloc(8000, byte)),
];

/** Sends one piece of audio per second, then stops the session. */
async function record(pieces: readonly Buffer[]) {
  const session = await connectLive(get().owner);
  session.start();
  const spoken: Message[] = [];
  for (const piece of pieces) {
    session.sendBuffer(piece);
    await quiet(session);
    await clock.advance(1000);
    while (session.waiting() > 0) spoken.push(await session.next());
  }
  session.stop();
  const { messages } = await untilEnd(clock, session);
  return { spoken, ended: messages };
}

describe.each([
  ['raw audio of a microphone', [SECOND, SECOND, SECOND, SECOND, SECOND]],
  ['the chunks of a MediaRecorder', WEBM],
])('%s, one piece per second', (_name, pieces) => {
  it('has a timeline that grows', async () => {
    const { spoken } = await record(pieces);
    const ends = spoken.map(endOf);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBeGreaterThanOrEqual(pieces.length - 1);
  });

  it('has a pending or latest last item while audio arrives', async () => {
    const { spoken } = await record(pieces);
    const last = spoken.flatMap(({ data }) => data?.timeline.slice(-1) ?? []);
    expect(last.length).toBeGreaterThan(0);
    expect(last.filter((item) => !isMarked(item))).toEqual([]);
  });

  it('has a transcript about as long as the elapsed time', async () => {
    const { ended } = await record(pieces);
    expect(endOf(ended.at(-1))).toBeGreaterThanOrEqual(pieces.length - 1);
    expect(endOf(ended.at(-1))).toBeLessThanOrEqual(pieces.length + 3);
  });

  it('ends with done and a summary', async () => {
    const { ended } = await record(pieces);
    expect(ended.map(({ status }) => status)).toContain('stopping');
    expect(lastData(ended)).toMatchObject({ status: 'done', summary: expect.stringMatching(/./) });
  });
});
