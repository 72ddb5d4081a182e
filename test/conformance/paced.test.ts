import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/system/clock';
import { call } from './client';
import { LISTED, UNDER_WAY } from './declared';
import { settled, untilEnd, useService } from './service';
import { connectUrl, lastData } from './session';
import { misfitsOf, nothing, optional, type Shape } from './shape';

// The service sends one message per second of the fake clock. So a transcription stays unfinished until the clock advances.
const clock = fakeClock();
const get = useService({ clock, paceMs: 1000 });

/** Starts a transcription, and waits for its first message. */
async function begin(url: string) {
  const session = await connectUrl(get().owner, url);
  session.start();
  const seen = await session.until(({ data }) => Boolean(data?.id));
  return { session, id: lastData(seen).id };
}

describe('an unfinished transcription of a URL', () => {
  it('has the declared shape when it is read: unfinished, and without an end', async () => {
    const { session, id } = await begin(get().audio.url('speech.wav'));
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    for (const member of Object.keys(UNDER_WAY))
      expect(misfitsOf([data], UNDER_WAY, member)).toEqual([]);
    await untilEnd(clock, session);
  });

  it('is listed as unfinished', async () => {
    const { session, id } = await begin(get().audio.url('speech.wav'));
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const item = (data as readonly { readonly id: string }[]).find((each) => each.id === id);
    const end: Shape = optional(nothing);
    const members = { ...LISTED, end };
    for (const member of Object.keys(members))
      expect(misfitsOf([item], members, member)).toEqual([]);
    expect(item).not.toMatchObject({ status: 'done' });
    await untilEnd(clock, session);
  });

  it('continues without a connected client', async () => {
    const { session, id } = await begin(get().audio.url('speech.wav'));
    session.drop();
    await session.closed;
    const end = await settled(get().owner, id, () => clock.advance(1000));
    expect(end.status).toBe('done');
  });

  it('can be joined midway by a second connection, which also receives the end', async () => {
    const url = get().audio.url('speech.wav');
    const { session, id } = await begin(url);
    const second = await connectUrl(get().owner, url);
    expect(second.id).toBe(session.id);
    await untilEnd(clock, session);
    const { messages } = await untilEnd(clock, second);
    expect(lastData(messages)).toMatchObject({ id, status: 'done' });
  });

  it('can be resumed midway after the connection broke, and ends with done', async () => {
    const url = get().audio.url('speech.wav');
    const { session, id } = await begin(url);
    session.drop();
    await session.closed;
    const again = await connectUrl(get().owner, url, {}, session.id);
    expect(again.id).toBe(session.id);
    const { messages } = await untilEnd(clock, again);
    expect(lastData(messages)).toMatchObject({ id, status: 'done' });
    expect(lastData(messages).timeline.length).toBeGreaterThan(0);
  });

  it('has a progress between 0 and 1, and a timeline that grows', async () => {
    const { session } = await begin(get().audio.url('speech.wav'));
    const { messages } = await untilEnd(clock, session);
    const steps = messages.map(({ data }) => [data?.progress, data?.timeline.length]);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual([...steps].sort((a, b) => Number(a[0]) - Number(b[0])));
  });
});
