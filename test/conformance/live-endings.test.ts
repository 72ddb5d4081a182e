import { describe, expect, it } from 'vitest';
import { recording, SECOND } from './audio';
import { call, refusalOf, send } from './client';
import type { Message } from './connection';
import { quiet, untilEnd, useClockedService, useService } from './service';
import { connectLive, isEnd, lastData } from './session';

const { clock, get: clocked } = useClockedService();
const get = useService();

const statusesOf = (messages: readonly Message[]) => messages.map(({ status }) => status);

describe('an inactive stream', () => {
  it('ends after timeout_period_s without a stop, with stopping and then done', async () => {
    const session = await connectLive(clocked().owner, { timeout_period_s: 20 });
    session.start();
    session.sendBuffer(SECOND);
    await quiet(session);
    const { messages, seconds } = await untilEnd(clock, session);
    expect(statusesOf(messages).slice(-1)).toEqual(['done']);
    expect(statusesOf(messages)).toContain('stopping');
    expect(seconds).toBeGreaterThanOrEqual(19);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it('also ends if no audio ever arrived', async () => {
    const session = await connectLive(clocked().owner, { timeout_period_s: 20 });
    session.start();
    const { messages, seconds } = await untilEnd(clock, session);
    expect(messages.at(-1)?.status).toBe('done');
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it('keeps what was transcribed, and has a summary', async () => {
    const session = await connectLive(clocked().owner, { timeout_period_s: 20 });
    session.start();
    for (const piece of recording(2)) session.sendBuffer(piece);
    await quiet(session);
    const { messages } = await untilEnd(clock, session);
    const { timeline, summary } = lastData(messages);
    expect(timeline.length).toBeGreaterThan(0);
    expect(summary).toMatch(/./);
  });
});

describe('an active stream', () => {
  it('does not end at timeout_period_s while audio arrives', async () => {
    const session = await connectLive(clocked().owner, {
      timeout_period_s: 5,
      max_duration_s: 60,
    });
    session.start();
    const { seconds } = await untilEnd(clock, session, () => session.sendBuffer(SECOND));
    expect(seconds).toBeGreaterThanOrEqual(55);
  });

  it('ends after max_duration_s with stopping and then done, although audio arrives', async () => {
    const session = await connectLive(clocked().owner, { max_duration_s: 30 });
    session.start();
    const { messages, seconds } = await untilEnd(clock, session, () => session.sendBuffer(SECOND));
    expect(statusesOf(messages)).toContain('stopping');
    expect(messages.at(-1)?.status).toBe('done');
    expect(seconds).toBeGreaterThanOrEqual(25);
    expect(seconds).toBeLessThanOrEqual(40);
  });

  it('is not transcribed beyond max_duration_s', async () => {
    const session = await connectLive(clocked().owner, { max_duration_s: 30 });
    session.start();
    const { messages } = await untilEnd(clock, session, () => session.sendBuffer(SECOND));
    expect(lastData(messages).timeline.at(-1)?.end).toBeLessThanOrEqual(31);
  });
});

describe('PATCH /live/transcribe/:id/stop', () => {
  it('ends a session of another connection, with stopping and then done', async () => {
    const { owner } = get();
    const session = await connectLive(owner);
    session.start();
    for (const piece of recording(2)) session.sendBuffer(piece);
    const id = lastData(await session.until(({ data }) => Boolean(data?.id))).id;
    await call(owner, 'PATCH', `/live/transcribe/${id}/stop`);
    const statuses = statusesOf(await session.until(isEnd));
    expect(statuses.filter((status) => status !== 'processing')).toEqual(
      expect.arrayContaining(['stopping', 'done']),
    );
  });

  it('answers in the common format', async () => {
    const { owner } = get();
    const session = await connectLive(owner);
    session.start();
    for (const piece of recording(2)) session.sendBuffer(piece);
    const id = lastData(await session.until(({ data }) => Boolean(data?.id))).id;
    const answer = await send(owner, 'PATCH', `/live/transcribe/${id}/stop`);
    expect(answer.http).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status: expect.any(String) });
    expect(JSON.parse(answer.text)).toHaveProperty('data');
    await session.until(isEnd);
  });

  it('accepts a readwrite token', async () => {
    const caller = await get().visitor();
    const session = await connectLive(caller);
    session.start();
    for (const piece of recording(2)) session.sendBuffer(piece);
    const id = lastData(await session.until(({ data }) => Boolean(data?.id))).id;
    await call(caller, 'PATCH', `/live/transcribe/${id}/stop`);
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it('returns 404 for an unknown session', async () => {
    expect(await refusalOf(get().owner, 'PATCH', '/live/transcribe/unknown/stop')).toBe(404);
  });

  it('is refused without a credential', async () => {
    const stranger = { server: get().sandbox.url };
    expect(await refusalOf(stranger, 'PATCH', '/live/transcribe/unknown/stop')).toBe(401);
  });
});
