import { afterEach, describe, expect, it } from 'vitest';
import {
  closeWith,
  confirming,
  dropConnection,
  type SessionBehaviour,
  type SessionServer,
  startSessionServer,
} from '../../support/fault-session-server';
import { run } from '../../support/run';

const TOKEN = 'vs-token-0123456789-abcdefghijkl';

let service: SessionServer | undefined;
afterEach(() => service?.close());

/** Runs `test` with a token and a service that confirms every session. The service calls `onStart` when a session starts. */
async function testWith(onStart: SessionBehaviour, options = '') {
  service = await startSessionServer(confirming(onStart));
  return run(`test https://example.com/a.wav --token-stdin --json ${options}`, {
    env: { VOCALSTACK_API_SERVER: service.origin },
    stdin: TOKEN,
  });
}

const segment = (start: number, text: string, more = {}) => ({
  start,
  end: start + 1,
  text,
  ...more,
});

describe('vstoken test --follow with a transcript that changes', () => {
  it('waits until segments are not pending, and prints at the end what has changed', async () => {
    const { out } = await testWith((peer) => {
      const send = (status: string, ...timeline: unknown[]) =>
        peer.send({ status, data: { id: 't', timeline } });
      send('processing', segment(0, 'one'), segment(1, 'to', { pending: true }), segment(2, 'x'));
      send('processing', segment(0, 'one'), segment(1, 'two'), segment(2, 'x'));
      send('done', segment(0, 'One.'), segment(1, 'two'), segment(2, 'three'));
    }, '--follow');
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const texts = events.filter(({ type }) => type === 'segment').map(({ text }) => text);
    expect(texts).toEqual(['one', 'two', 'One.', 'three']);
    expect(events.at(-1).transcription.text).toBe('One. two three');
  });

  it('prints no unchanged segment twice', async () => {
    const { out } = await testWith((peer) => {
      const data = { id: 't', timeline: [segment(0, 'one'), segment(1, 'two')] };
      peer.send({ status: 'processing', data });
      peer.send({ status: 'processing', data });
      peer.send({ status: 'done', data });
    }, '--follow');
    expect(out.match(/"type":"segment"/g)).toHaveLength(2);
  });
});

describe('a connection that ends after the start', () => {
  it('is reported as closed early if it is reset, with a note that work may be billed', async () => {
    const { code, error } = await testWith(dropConnection);
    expect(code).toBe(6);
    expect(error()).toMatchObject({
      code: 'closed_early',
      hint: expect.stringContaining('may have been billed'),
    });
  });

  it('is reported with a note that work may be billed if the time limit ended it', async () => {
    const { error } = await testWith(() => undefined, '--timeout 300ms');
    expect(error()).toMatchObject({
      code: 'timeout',
      hint: expect.stringMatching(/--timeout.*may have been billed/),
    });
  });
});

describe('S19 a credential that a service repeats in part', () => {
  it.each([
    ['its beginning', TOKEN.slice(0, 20)],
    ['its end', TOKEN.slice(-12)],
    ['its middle in base64', Buffer.from(TOKEN).toString('base64').slice(8, 24)],
  ])('is not shown: %s', async (_what, piece) => {
    const { code, out, err } = await testWith((peer) =>
      peer.send({ status: 'error', error: `no such token: ${piece}...` }),
    );
    expect(code).toBe(8);
    expect(out + err).not.toContain(piece);
  });

  it('is not shown in the reason of a close', async () => {
    const { code, out, err } = await testWith(
      closeWith(1008, `token ${TOKEN.slice(0, 16)} refused`),
    );
    expect(code).toBe(6);
    expect(out + err).not.toContain(TOKEN.slice(0, 12));
  });

  it('does not hide text that shares only a few characters with it', async () => {
    const { error } = await testWith((peer) =>
      peer.send({ status: 'error', error: 'vs-token- is missing' }),
    );
    expect(error().message).toContain('vs-token- is missing');
  });
});
