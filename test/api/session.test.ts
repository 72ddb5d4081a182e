import { afterEach, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { REASONS } from '../../src/api/protocol';
import type { ErrorCode } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import {
  answer,
  type Behaviour,
  closedPort,
  dripHeaders,
  type FaultServer,
  halfClose,
  rawBytes,
  reset,
  silence,
  startFaultServer,
} from '../support/fault-server';
import {
  closeWith,
  confirming,
  dropConnection,
  endConnection,
  neverConfirm,
  SESSION_ID,
  type SessionBehaviour,
  type SessionServer,
  sendRaw,
  sendText,
  startSessionServer,
  stopReading,
  unconfirmed,
} from '../support/fault-session-server';
import {
  AUDIO,
  apiFor,
  CANARY_TOKEN,
  codeOf,
  expectNoSecret,
  type Fixture,
  failureOf,
  token,
} from './api-fixture';

const USER_AGENT = `vstoken/${version} node/${process.versions.node}`;

let sessions: SessionServer | undefined;
let faults: FaultServer | undefined;
let fixture: Fixture;
afterEach(async () => {
  fixture?.close();
  await sessions?.close();
  await faults?.close();
  sessions = undefined;
  faults = undefined;
});

async function serve(behaviour: SessionBehaviour, deadlineMs = 120_000) {
  await sessions?.close();
  sessions = await startSessionServer(behaviour);
  fixture = apiFor(sessions.origin, { deadlineMs });
  return { server: sessions, ...fixture };
}

/** Maximum size of a message, in bytes. */
const MOST_BYTES = 8 * 1024 * 1024;

const DATA = {
  id: 'transcription-1',
  status: 'processing',
  operation: 'transcription-prerecorded',
  start: '2026-11-24T10:00:00.000Z',
  end: null,
  progress: 0.5,
  timeline: [{ start: 0, end: 1.5, text: 'ask not', words: [[0, 1, 'ask', 0.9]], extra: 1 }],
};

describe('a session', () => {
  it('sends its credentials first, is confirmed, starts once and ends with done', async () => {
    const { server, api, clock, traces } = await serve(
      confirming((peer) => {
        peer.send({ session: SESSION_ID });
        peer.send({ hello: 'unknown' });
        peer.send({ status: 'waiting', data: null });
        peer.send({ status: 'processing', data: DATA });
        const done = { ...DATA, progress: 1, summary: 'A speech.', keywords: ['country'] };
        peer.send({ status: 'done', data: done });
      }),
    );
    const session = await api.openSession(token, AUDIO);
    expect(session.id).toBe(SESSION_ID);
    expect(server.starts()).toBe(0);
    await Promise.all([session.start(), session.start()]);
    const segments = [{ start: 0, end: 1.5, text: 'ask not' }];
    const first = { id: 'transcription-1', done: false, progress: 0.5, segments, settled: 0 };
    expect(await session.next()).toEqual({ ...first, summary: null, keywords: null });
    const last = { ...first, done: true, progress: 1, settled: 1 };
    expect(await session.next()).toEqual({ ...last, summary: 'A speech.', keywords: ['country'] });
    await session.close();
    await session.close();
    await server.until(() => server.closes.length === 1);
    expect(server.closes).toEqual([1000]);

    const encodedTwice = encodeURIComponent(encodeURIComponent(AUDIO.url));
    const path = `/async/transcribe/url?language=auto&url=${encodedTwice}&max_duration_s=15`;
    expect(server.upgrades[0]?.target).toBe(path);
    expect(server.messages).toEqual([
      { headers: { authorization: `Bearer ${CANARY_TOKEN}`, path } },
      { start: true, session: SESSION_ID },
    ]);
    expect(traces).toEqual([
      'WebSocket /async/transcribe/url language=auto max_duration_s=15 -> session confirmed in 0 ms',
    ]);
    expectNoSecret(JSON.stringify(server.upgrades));
    expect(server.upgrades[0]?.headers['authorization']).toBeUndefined();
    await clock.advance(0);
    expect(clock.waiting()).toEqual([120_000]);
  });

  it('S41 offers no compression', async () => {
    const { server, api } = await serve(confirming());
    await (await api.openSession(token, AUDIO)).close();
    expect(server.upgrades[0]?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('sends its User-Agent', async () => {
    const { server, api } = await serve(confirming());
    await (await api.openSession(token, AUDIO)).close();
    expect(server.upgrades[0]?.headers['user-agent']).toBe(USER_AGENT);
  });

  it.each([
    ['auto', 'max_duration_s=15'],
    ['de', 'language=de&max_duration_s=15'],
  ])('requests live audio with the language %s by the query %s', async (language, query) => {
    const { server, api, traces } = await serve(confirming());
    await (await api.openLiveSession(token, { language, maxDurationS: 15 })).close();
    const path = `/async/live/transcribe?${query}`;
    expect(server.upgrades[0]?.target).toBe(path);
    expect(server.messages[0]).toMatchObject({ headers: { path } });
    const shown = path.replace('?', ' ').replace('&', ' ');
    expect(traces).toEqual([`WebSocket ${shown} -> session confirmed in 0 ms`]);
  });

  it('S41 accepts messages of up to 8 MiB', async () => {
    const { api } = await serve(
      confirming((peer) => {
        const message = { status: 'processing', data: DATA, note: '' };
        const note = 'x'.repeat(MOST_BYTES - JSON.stringify(message).length);
        peer.send({ ...message, note });
      }),
    );
    const session = await api.openSession(token, AUDIO);
    await session.start();
    expect(await session.next()).toMatchObject({ id: DATA.id, done: false });
    await session.close();
  });

  it.each([
    ['country, do,, your country ', ['country', 'do', 'your country']],
    ['', []],
    [
      ['country', 'do'],
      ['country', 'do'],
    ],
    [null, null],
  ])('reads the keywords %j', async (keywords, expected) => {
    const { api } = await serve(
      confirming((peer) => peer.send({ status: 'done', data: { ...DATA, keywords } })),
    );
    const session = await api.openSession(token, AUDIO);
    await session.start();
    expect((await session.next()).keywords).toEqual(expected);
    await session.close();
  });

  it('receives many messages at once without losing or reordering any', async () => {
    const count = 3000;
    const { api } = await serve(
      confirming((peer) => {
        for (let index = 0; index < count; index += 1) {
          const data = { ...DATA, id: String(index), note: 'x'.repeat(2000) };
          peer.send({ status: index === count - 1 ? 'done' : 'processing', data });
        }
      }),
    );
    const session = await api.openSession(token, AUDIO);
    await session.start();
    for (let index = 0; index < count; index += 1) {
      expect((await session.next()).id).toBe(String(index));
    }
    await session.close();
  });

  it('stops reading while its messages are not consumed', async () => {
    let peerSocket: { readonly bufferedAmount: number } = { bufferedAmount: 0 };
    const { server, api, clock } = await serve(
      confirming((peer) => {
        peerSocket = peer.socket;
        const data = { ...DATA, note: 'x'.repeat(500_000) };
        for (let index = 0; index < 60; index += 1) peer.send({ status: 'processing', data });
      }),
    );
    const session = await api.openSession(token, AUDIO);
    await session.start();
    await session.next();
    for (let still = 0, last = -1; still < 5; ) {
      await roundTrip(server);
      still = peerSocket.bufferedAmount === last ? still + 1 : 0;
      last = peerSocket.bufferedAmount;
    }
    expect(peerSocket.bufferedAmount).toBeGreaterThan(5_000_000);
    // The client has stopped reading, so it receives no pongs either. Even so, the client must not conclude that the connection
    // is broken.
    for (let index = 0; index < 8; index += 1) await clock.advance(10_000);
    for (let index = 1; index < 60; index += 1) await session.next();
    await session.close();
  });
});

it('S48 a session with unread messages is closed properly', async () => {
  const { server, api, clock } = await serve(
    confirming((peer) => {
      const data = { ...DATA, note: 'x'.repeat(500_000) };
      for (let index = 0; index < 20; index += 1) peer.send({ status: 'processing', data });
    }),
  );
  const session = await api.openSession(token, AUDIO);
  await session.start();
  await session.next();
  for (let count = 0; count < 10; count += 1) await roundTrip(server);
  await session.close();
  await server.until(() => server.closes.length === 11);
  expect(new Set(server.closes)).toEqual(new Set([1000]));
  expect(clock.waiting()).toEqual([120_000]);
});

it('S47 a close in the same packet as the confirmation is reported with its reason', async () => {
  const { api } = await serve(
    unconfirmed(({ raw, send, socket }) => {
      raw.cork();
      send({ session: SESSION_ID });
      socket.close(1012, 'maintenance');
      raw.uncork();
    }),
  );
  const session = await api.openSession(token, AUDIO);
  const error = await failureOf(session.start().then(() => session.next()));
  expect(error.code).toBe('closed_early');
  expect(error.message).toContain('with code 1012 and the reason "maintenance"');
});

describe('a session before the confirmation', () => {
  const cases: readonly (readonly [string, SessionBehaviour, ErrorCode])[] = [
    ['a close', closeWith(1000), 'closed_early'],
    ['a close with a reason', closeWith(1011, 'no \x1b[31mluck'), 'closed_early'],
    ['a reset', dropConnection, 'closed_early'],
    ['a FIN', endConnection, 'closed_early'],
    ['a frame of garbage', sendRaw(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), 'invalid_response'],
    ['text that is not JSON', sendText(`{${CANARY_TOKEN}`), 'invalid_response'],
    ['JSON that is not an object', sendText('[1]'), 'invalid_response'],
    ['a session that is a number', sendText('{"session":5}'), 'invalid_response'],
    ['an empty session', sendText('{"session":""}'), 'invalid_response'],
    ['a binary message', ({ socket }) => socket.send(Buffer.from('{}')), 'invalid_response'],
    ['an oversized message', sendText('x'.repeat(MOST_BYTES + 1)), 'response_too_large'],
    ['compressed data', sendRaw(Uint8Array.of(0xc1, 1, 0)), 'invalid_response'],
    ['error', ({ send }) => send({ status: 'error', data: null }), 'session_not_confirmed'],
    ['error 401', ({ send }) => send({ status: 'error', http_code: 401 }), 'token_refused'],
    ['error 403', ({ send }) => send({ status: 'error', http_code: 403 }), 'token_scope'],
    ['error 429', ({ send }) => send({ status: 'error', http_code: 429 }), 'rate_limited'],
    ['error 503', ({ send }) => send({ status: 'error', http_code: 503 }), 'service_error'],
    ['error 400', ({ send }) => send({ status: 'error', http_code: 400 }), 'request_rejected'],
    [
      'error "401"',
      ({ send }) => send({ status: 'error', http_code: '401' }),
      'session_not_confirmed',
    ],
    [
      'error 401, expired',
      ({ send }) => send({ status: 'error', http_code: 401, error: REASONS.tokenExpired }),
      'token_expired',
    ],
    [
      'error 401, spent',
      ({ send }) => send({ status: 'error', http_code: 401, error: REASONS.tokenSpent }),
      'token_spent',
    ],
    [
      'error 403, readonly',
      ({ send }) => send({ status: 'error', http_code: 403, error: REASONS.tokenReadonly }),
      'token_scope',
    ],
  ];
  it.each(cases)('S46 S47 S42 S41 fails after %s', async (_, act, code) => {
    const { server, api, clock, traces } = await serve(unconfirmed(act));
    const error = await failureOf(api.openSession(token, AUDIO));
    expect(error.code).toBe(code);
    expect([server.connections(), server.starts()]).toEqual([1, 0]);
    expect(traces[0]).toContain(`-> ${code} in 0 ms`);
    await server.until(() => server.closes.length === 1);
    expect(clock.waiting()).toEqual([120_000]);
  });

  it('S47 fails with an error that says when and why it was closed', async () => {
    for (const [reason, shown] of [
      ['bad day', true],
      [`bad ${CANARY_TOKEN}`, false],
    ] as const) {
      const { api } = await serve(unconfirmed(closeWith(1008, reason)));
      const { message } = await failureOf(api.openSession(token, AUDIO));
      expect(message.includes('code 1008 and the reason "bad')).toBe(shown);
      expect(message).toContain('The session was not confirmed yet.');
      expect(message).not.toContain(CANARY_TOKEN);
    }
  });

  it('S46 ends after 20 s without a confirmation, and is not tried again', async () => {
    const { server, api, clock } = await serve(neverConfirm);
    const failing = failureOf(api.openSession(token, AUDIO));
    await server.until(() => server.messages.length === 1);
    await clock.advance(19_999);
    expect(server.closes).toEqual([]);
    await clock.advance(1);
    expect((await failing).code).toBe('session_not_confirmed');
    expect([server.connections(), server.starts()]).toEqual([1, 0]);
    expect(clock.waiting()).toEqual([100_000]);
  });

  it('S43 ends at an earlier time limit', async () => {
    const { server, api, clock } = await serve(neverConfirm, 5000);
    const failing = failureOf(api.openSession(token, AUDIO));
    await server.until(() => server.messages.length === 1);
    await clock.advance(5000);
    expect((await failing).code).toBe('session_not_confirmed');
    expect(clock.waiting()).toEqual([]);
  });

  it('S49 ends with the code of Ctrl-C, and closes the socket', async () => {
    const { server, api, clock, aborter } = await serve(neverConfirm);
    const failing = failureOf(api.openSession(token, AUDIO));
    await server.until(() => server.messages.length === 1);
    aborter.abort(new CliError('interrupted', 'Stopped.'));
    expect((await failing).code).toBe('interrupted');
    await server.until(() => server.closes.length === 1);
    expect(server.closes).toEqual([1000]);
    expect(clock.waiting()).toEqual([120_000]);
  });

  it('S48 S49 ends within 250 ms after Ctrl-C if the server reads nothing', async () => {
    const { server, api, clock, aborter } = await serve(unconfirmed(stopReading));
    const failing = failureOf(api.openSession(token, AUDIO));
    await server.until(() => server.messages.length === 1);
    aborter.abort(new CliError('interrupted', 'Stopped.'));
    await clock.advance(250);
    expect((await failing).code).toBe('interrupted');
  });
});

describe('the upgrade of a session', () => {
  const cases: readonly (readonly [string, Behaviour, ErrorCode])[] = [
    ['301', answer({ status: 301, headers: { Location: 'http://127.0.0.1:1/x' } }), 'redirected'],
    ['307', answer({ status: 307, headers: { Location: 'wss://evil.example' } }), 'redirected'],
    ...[200, 400, 401, 403, 404, 410, 426].map(
      (status) => [`${status}`, answer({ status }), 'upgrade_refused'] as const,
    ),
    // A gateway in front of the service answers without a version header.
    ...[401, 403, 408, 429, 502, 503].map(
      (status) =>
        [`${status} of a gateway`, answer({ status, version: null }), 'upgrade_refused'] as const,
    ),
    ['429', answer({ status: 429 }), 'rate_limited'],
    ['500', answer({ status: 500 }), 'service_error'],
    ['503', answer({ status: 503 }), 'service_error'],
    [
      'discontinued',
      answer({ status: 410, headers: { 'X-API-Version-Discontinued': '1' } }),
      'api_discontinued',
    ],
    ['garbage', rawBytes('\x00garbage\r\n\r\n'), 'invalid_response'],
    [
      'a wrong accept',
      rawBytes(
        'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      ),
      'upgrade_refused',
    ],
    [
      'another protocol',
      rawBytes('HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
      'upgrade_refused',
    ],
    ['a header Upgrade that was stripped', rawBytes('HTTP/1.1 101 X\r\n\r\n'), 'upgrade_refused'],
    ['a reset', reset, 'connection_reset'],
    ['a FIN', halfClose, 'connection_reset'],
  ];
  it.each(cases)('S34 S41 S46 S71 is tried once after %s', async (_, behaviour, code) => {
    faults = await startFaultServer([behaviour]);
    fixture = apiFor(faults.origin);
    const error = await failureOf(fixture.api.openSession(token, AUDIO));
    expect(error.code).toBe(code);
    expect(`${error.message}${error.hint}`).not.toContain('evil');
    expect(faults.requests.length).toBe(1);
    expect(fixture.clock.waiting()).toEqual([]);
  });

  it('S46 fails if nothing listens', async () => {
    fixture = apiFor(`http://127.0.0.1:${await closedPort()}`);
    expect(await codeOf(fixture.api.openSession(token, AUDIO))).toBe('connection_refused');
  });

  const phases: readonly (readonly [
    string,
    readonly Behaviour[],
    (seen: FaultServer) => boolean,
  ])[] = [
    ['no answer to the connection', [], (seen) => seen.connections() === 1],
    ['no answer to the upgrade', [silence], (seen) => seen.requests.length === 1],
    ['headers that drip', [dripHeaders], (seen) => seen.drips() > 3],
  ];
  it.each(phases)('S43 ends at the time limit: %s', async (_, script, reached) => {
    const seen = await startFaultServer(script);
    faults = seen;
    fixture = apiFor(seen.origin, { deadlineMs: 30_000 });
    const failing = failureOf(fixture.api.openSession(token, AUDIO));
    await seen.until(() => reached(seen));
    await fixture.clock.advance(30_000);
    expect((await failing).code).toBe('timeout');
    expect(fixture.clock.waiting()).toEqual([]);
  });
});

describe('a session after the start', () => {
  const error = (message: object): SessionBehaviour => {
    return ({ send }) => send({ status: 'error', data: null, ...message });
  };
  const update = (data: object, status = 'processing'): SessionBehaviour => {
    return ({ send }) => send({ status, data: { ...DATA, ...data } });
  };
  const cases: readonly (readonly [string, SessionBehaviour, ErrorCode])[] = [
    ['a close', closeWith(1000), 'closed_early'],
    ['a reset', dropConnection, 'closed_early'],
    ['a FIN', endConnection, 'closed_early'],
    ['a frame of garbage', sendRaw(Uint8Array.of(0xff, 0xff, 0xff)), 'invalid_response'],
    ['a binary message', ({ socket }) => socket.send(Buffer.from('x')), 'invalid_response'],
    ['an oversized message', sendText('x'.repeat(MOST_BYTES + 1)), 'response_too_large'],
    ['a text that is not JSON', sendText('nope'), 'invalid_response'],
    ['error', error({}), 'transcription_failed'],
    ['error 500', error({ http_code: 500 }), 'transcription_failed'],
    ['error inside data', update({ status: 'error' }), 'transcription_failed'],
    ['error 401', error({ http_code: 401 }), 'token_refused'],
    ['error 403', error({ http_code: 403 }), 'token_scope'],
    ['spent', error({ error: REASONS.tokenSpent }), 'token_spent'],
    ['expired', error({ error: REASONS.tokenExpired }), 'token_expired'],
    [
      'audio unreachable',
      error({ error: REASONS.audioUnreachable, http_code: 400 }),
      'audio_unreachable',
    ],
    ['no audio', error({ error: REASONS.audioInvalid }), 'audio_unreachable'],
    ['the guard', error({ error: REASONS.durationGuard }), 'duration_guard'],
    ['done without data', ({ send }) => send({ status: 'done', data: null }), 'invalid_response'],
    ['a status of a number', ({ send }) => send({ status: 1, data: DATA }), 'invalid_response'],
    ['data of a text', ({ send }) => send({ status: 'processing', data: 'x' }), 'invalid_response'],
    ['no id', update({ id: null }), 'invalid_response'],
    ['a progress of a text', update({ progress: '0.5' }), 'invalid_response'],
    ['a timeline of a text', update({ timeline: 'x' }), 'invalid_response'],
    ['a piece of null', update({ timeline: [null] }), 'invalid_response'],
    ['a piece without text', update({ timeline: [{ start: 0, end: 1 }] }), 'invalid_response'],
    [
      'a piece with times of text',
      update({ timeline: [{ start: '0', end: 1, text: '' }] }),
      'invalid_response',
    ],
  ];
  it.each(cases)('S46 S42 is started at most once after %s', async (_, act, code) => {
    const { server, api, clock } = await serve(confirming(act));
    const session = await api.openSession(token, AUDIO);
    await session.start();
    const failure = await failureOf(session.next());
    expect(failure.code).toBe(code);
    await session.close();
    expect([server.connections(), server.starts()]).toEqual([1, 1]);
    expect(clock.waiting()).toEqual([120_000]);
  });

  it('ignores members of a wrong type, and limits the progress to 0 and 1', async () => {
    const { api } = await serve(
      confirming((peer) => {
        update({ summary: 5, keywords: [1], progress: 7, timeline: null })(peer);
        update({ progress: null }, 'done')(peer);
      }),
    );
    const session = await api.openSession(token, AUDIO);
    await session.start();
    expect(await session.next()).toMatchObject({
      summary: null,
      keywords: null,
      progress: 1,
      segments: [],
    });
    expect(await session.next()).toMatchObject({ progress: null, done: true });
    await session.close();
  });

  it('S22 quotes the service in errors, unless the text repeats the token', async () => {
    for (const [text, shown] of [
      ['no luck here', true],
      [`no ${CANARY_TOKEN} here`, false],
    ] as const) {
      const { api } = await serve(confirming(error({ error: text })));
      const session = await api.openSession(token, AUDIO);
      await session.start();
      expect((await failureOf(session.next())).message.includes('here"')).toBe(shown);
      await session.close();
    }
  });

  it('S43 ends with timeout at the time limit, and closes the socket', async () => {
    const { server, api, clock } = await serve(confirming(), 8000);
    const session = await api.openSession(token, AUDIO);
    await session.start();
    const failing = failureOf(session.next());
    await server.until(() => server.starts() === 1);
    await clock.advance(8000);
    expect((await failing).code).toBe('timeout');
    await server.until(() => server.closes.length === 1);
    await session.close();
    expect(clock.waiting()).toEqual([]);
  });

  it('S49 ends with the reason of Ctrl-C, and so do later calls', async () => {
    const { server, api, clock, aborter } = await serve(confirming());
    const session = await api.openSession(token, AUDIO);
    const failing = failureOf(session.next());
    aborter.abort(new CliError('interrupted', 'Stopped.'));
    expect((await failing).code).toBe('interrupted');
    expect(await codeOf(session.start())).toBe('interrupted');
    await server.until(() => server.closes.length === 1);
    await session.close();
    expect(server.starts()).toBe(0);
    expect(clock.waiting()).toEqual([120_000]);
  });
});

describe('a server that stops answering', () => {
  it('S48 is detected after two ping intervals, and disconnected', async () => {
    const { server, api, clock } = await serve(confirming(stopReading));
    const session = await api.openSession(token, AUDIO);
    await session.start();
    await server.until(() => server.starts() === 1);
    const failing = failureOf(session.next());
    await clock.advance(20_000);
    expect((await failing).code).toBe('connection_lost');
    await session.close();
    expect(clock.waiting()).toEqual([100_000]);
    expect(server.starts()).toBe(1);
  });

  it('S48 stays connected if it still answers pings', async () => {
    const { server, api, clock } = await serve(confirming());
    const session = await api.openSession(token, AUDIO);
    const settled = session.next().then(
      () => 'message',
      (reason: unknown) => reason,
    );
    for (let count = 1; count <= 6; count += 1) {
      await clock.advance(10_000);
      await server.until(() => server.pings() === count);
      await roundTrip(server);
    }
    await session.close();
    expect(await settled).toMatchObject({ code: 'closed_early' });
  });

  it('S48 delays close() by at most 250 ms after Ctrl-C', async () => {
    for (const when of ['before', 'after'] as const) {
      const { server, api, clock, aborter } = await serve(confirming(stopReading));
      const session = await api.openSession(token, AUDIO);
      await session.start();
      await server.until(() => server.starts() === 1);
      const interrupt = () => aborter.abort(new CliError('interrupted', 'Stopped.'));
      if (when === 'before') interrupt();
      const closing = session.close();
      if (when === 'after') interrupt();
      await clock.advance(250);
      await closing;
      expect(clock.waiting()).toEqual([119_750]);
    }
  });

  it('S48 delays close() by at most two seconds', async () => {
    const { server, api, clock } = await serve(confirming(stopReading));
    const session = await api.openSession(token, AUDIO);
    await session.start();
    await server.until(() => server.starts() === 1);
    let closed = false;
    const closing = session.close().then(() => {
      closed = true;
    });
    await clock.advance(1999);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
    expect(clock.waiting()).toEqual([118_000]);
  });
});

/**
 * Opens and closes another session on the same server. In that time, the client of the test's own session can read what the
 * server has already sent.
 */
async function roundTrip(server: SessionServer): Promise<void> {
  const other = apiFor(server.origin);
  await (await other.api.openSession(token, AUDIO)).close();
}
