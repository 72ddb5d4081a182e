import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyDocument } from '../../src/commands/verify/document';
import type { PromiseList } from '../../src/commands/verify/list';
import type { HttpRequest, HttpResponse } from '../../src/context/http';
import { CliError } from '../../src/core/errors';
import { PROMISE_IDS } from '../../src/core/promises';
import { BREAKABLE } from '../../src/sandbox/rules';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { systemClock } from '../../src/system/clock';
import { leaksOf } from '../e2e/support/encodings';
import { autoAdvancingClock } from '../support/auto-advancing-clock';
import { envFor, type Network, type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

/** Interval at which `verify` sends pieces of audio, in milliseconds. */
const FRAME_MS = 100;

// Loads all code before the tests. A test does not wait for code that is still loading, so it could advance the fake clock too
// early.
beforeAll(async () => {
  const server = await startSandbox({ port: 0, clock: systemClock() });
  const line = 'verify --json --only reusable,readwrite-session,transport';
  await run(line, { env: envFor(server) });
  await run(line, { env: { ...envFor(server), VOCALSTACK_API_KEY: 'another' } });
  await server.close();
});

const running: SandboxServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** Runs `verify` against a sandbox with faults. The fake clock advances by itself, so waits take no real time. */
async function verify(line = '', faults: readonly string[] = [], options: RunOptions = {}) {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const server = await startSandbox({ port: 0, clock, faults });
  running.push(server);
  const result = await advanceUntilDone(
    run(`verify ${line}`, { env: envFor(server), clock, network: watch, ...options }),
  );
  return { ...result, clock, server, document: () => result.json<VerifyDocument & PromiseList>() };
}

/**
 * Runs `verify` with billed work. The client sends audio in pieces, at intervals. The fake clock advances while the client waits
 * to send the next piece, but not while a request is pending.
 */
async function verifyWork(line: string, faults: readonly string[] = [], options: RunOptions = {}) {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const server = await startSandbox({ port: 0, clock, faults });
  running.push(server);
  let begun = 0;
  let ended = 0;
  const network = (real: Network): Network => {
    const watched = watch(real);
    const send: Network['http']['send'] = (request) => {
      begun += 1;
      return watched.http.send(request).finally(() => {
        ended += 1;
      });
    };
    const all = { ...watched, http: { ...watched.http, send } };
    return options.network?.(all) ?? all;
  };
  const isSending = () => (clock.waiting()[0] ?? Number.POSITIVE_INFINITY) <= FRAME_MS;
  return advanceUntilDone(
    run(`verify ${line}`, { env: envFor(server), ...options, clock, network }),
    {
      hasBegun: () => begun > 0,
      isSilent: () => begun === ended && isSending(),
    },
  );
}

type Results = Readonly<Record<string, string>>;

const resultsIn = ({ promises }: VerifyDocument): Results =>
  Object.fromEntries(promises.map(({ id, result }) => [id, result]));

const idsWith = (results: Results, wanted: string) =>
  Object.keys(results).filter((id) => results[id] === wanted);

const FREE = PROMISE_IDS.filter((id) => id !== 'work-outlives-token');
const TRIED = FREE.filter((id) => id !== 'transport');

describe('vstoken verify', () => {
  it('finds that the sandbox keeps every promise, without billed work', async () => {
    const { code, document, err, server } = await verify('--json');
    expect(code).toBe(0);
    const { ok, promises, margin, api_server, sandbox } = document();
    expect({ ok, api_server, sandbox }).toEqual({
      ok: true,
      api_server: server.url,
      sandbox: false,
    });
    expect(promises.map(({ id }) => id)).toEqual(PROMISE_IDS);
    expect(idsWith(resultsIn(document()), 'kept')).toEqual(TRIED);
    // The sandbox counts one start: even without --billable, `verify` requests one transcription. This request demands a duration
    // that no audio has, so nothing is transcribed and nothing would be billed.
    expect(server.stats().starts).toBe(1);
    expect(margin).toEqual({
      clock_ms: 1000,
      network_ms: expect.any(Number),
      clock_offset_ms: expect.any(Number),
    });
    for (const { result, observed, reason, evidence } of promises) {
      expect(observed === null).toBe(result === 'skipped');
      expect(reason === undefined).toBe(result !== 'skipped');
      expect(evidence.length > 0).toBe(result !== 'skipped');
    }
    expect(err).toMatch(
      /^ok {5}default-lifetime +\d+ ms {2}accepted after 8\.\d s, refused after 11\.\d s$/m,
    );
  });

  it('prints each promise and its result, under headings', async () => {
    const { out, code } = await verify('-q');
    expect(code).toBe(0);
    expect(out).toMatch(/^Defaults\n {2}kept {5}A token minted without options is readonly\n/);
    expect(out).toContain(
      '  skipped  Started work continues after its token has expired\n           work-outlives-token: its test is billed, and --billable was not given\n',
    );
    expect(out).toContain('transport: plain http is allowed for a server on this machine');
    expect(out).toMatch(
      /\n22 kept, 0 broken, 2 skipped\. Server: http:\/\/127\.0\.0\.1:\d+\nTolerance for lifetimes: 1\.0 s /,
    );
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says that the server is a sandbox and not the service', async () => {
    const { err, json } = await run('verify --sandbox --json --only reusable');
    expect(err).toContain('note: This run tests the embedded sandbox.');
    expect(json()).toMatchObject({ ok: true, sandbox: true });
  });

  it('runs billed tests only with --billable', async () => {
    const result = await verifyWork('--sandbox --billable --only work-outlives-token --json');
    expect(result.code).toBe(0);
    const [record] = result.json<VerifyDocument>().promises;
    expect(record).toMatchObject({
      result: 'kept',
      observed: expect.stringMatching(
        /^the session continued to its end, although its token was refused after 4\.\d s$/,
      ),
    });
    expect(record?.evidence.at(-1)).toEqual({
      request: expect.stringMatching(/^GET \/transcriptions \(\d\.\d s after minting\)$/),
      status: 401,
    });
  });
});

describe('vstoken verify --expect-broken', () => {
  const faults = ['promise:reusable'];
  const only = '--only reusable,tokens-long';

  it('accepts a known failure, and says that it was expected', async () => {
    const known = await verify(`${only} --expect-broken reusable --json`, faults);
    expect(known.code).toBe(0);
    expect(known.document().ok).toBe(true);
    expect(known.document().promises.map((one) => [one.id, one.result, one.expect_broken])).toEqual(
      [
        ['reusable', 'broken', true],
        ['tokens-long', 'kept', undefined],
      ],
    );
    const { out } = await verify(`${only} --expect-broken reusable`, faults);
    expect(out).toContain('This promise is broken, as expected.');
    expect(out).not.toContain('try it again');
  });

  it('fails for another broken promise, with the command that tests it again', async () => {
    const { code, error } = await verify(`${only} --expect-broken tokens-long --json`, faults);
    expect(code).toBe(9);
    expect(error()).toMatchObject({
      code: 'promise_broken',
      message: '1 promise is broken: reusable.',
    });
    const { out } = await verify(only, faults);
    expect(out).toContain('try again: vstoken verify --only reusable\n');
  });

  it('fails if the promise is kept', async () => {
    const report = '--report junit=/verify.xml';
    const { code, error, files } = await verify(
      `${only} --expect-broken reusable --json ${report}`,
    );
    expect(code).toBe(9);
    expect(error()).toMatchObject({ code: 'promise_mended', exit: 9 });
    expect(String(files['/verify.xml'])).toMatch(/<failure [^>]*promise_mended/);
  });

  it('rejects a promise that is not tested, and an unknown ID', async () => {
    const left = await run('verify --only reusable --expect-broken tokens-long --json');
    expect(left.error()).toMatchObject({ code: 'conflicting_options', exit: 2 });
    const unknown = await run('verify --expect-broken nope --json');
    expect(unknown.error()).toMatchObject({ code: 'invalid_value', exit: 2 });
  });
});

describe('a promise that cannot be tested', () => {
  it('is any promise if no key is valid: each has the reason, and the exit code is that of mint', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock });
    running.push(server);
    const env = { ...envFor(server), VOCALSTACK_API_KEY: 'another' };
    const result = await advanceUntilDone(run('verify --json', { env, clock, network: watch }));
    expect(result.code).toBe(4);
    expect(result.error()).toMatchObject({ code: 'key_refused', http_status: 401 });
    const { ok, promises } = result.json<VerifyDocument>();
    expect(ok).toBe(false);
    expect(new Set(promises.map(({ result: each }) => each))).toEqual(new Set(['skipped']));
    expect(promises[0]?.reason).toContain('does not accept the API key');
    expect(server.stats().requests).toBe(1);
  });

  it('is listed as skipped, and the run fails', async () => {
    const { code, document, error } = await verify('--json', ['connect:503']);
    expect(code).toBe(7);
    const results = resultsIn(document());
    const untried = [
      'default-readonly',
      'readonly-no-session',
      'readwrite-session',
      'one-time-session',
    ];
    expect(idsWith(results, 'broken')).toEqual([]);
    expect(idsWith(results, 'skipped').filter((id) => TRIED.includes(id as never))).toEqual(
      untried,
    );
    expect(error().code).toBe('service_error');
    expect(error().message).toContain(`Some promises could not be tested (${untried.join(', ')}).`);
  });

  it('is one that needs a valid token, if no token is valid', async () => {
    const { code, document } = await verify('--json --only no-bare,reusable', ['token:expired']);
    expect(code).toBe(4);
    const [reusable, bare] = document().promises;
    expect(reusable).toMatchObject({ id: 'reusable', reason: 'the first use was refused (401)' });
    expect(bare).toMatchObject({
      id: 'no-bare',
      reason: 'a request with another token was refused (401)',
    });
  });

  it('is one whose test was interrupted, and finished results are kept', async () => {
    const { clock, watch } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock, faults: ['promise:reusable'] });
    running.push(server);
    const stop = new AbortController();
    const reports = '--report junit=verify.xml --report html=verify.html';
    const ended = run(`verify --json ${reports} --only reusable,default-lifetime`, {
      env: envFor(server),
      clock,
      network: watch,
      signal: stop.signal,
      onStderr: (text) => {
        if (text.includes('reusable')) stop.abort(new CliError('interrupted', 'Interrupted.'));
      },
    });
    const result = await ended;
    expect(result.code).toBe(130);
    expect(resultsIn(result.json<VerifyDocument>())).toEqual({
      'default-lifetime': 'skipped',
      reusable: 'broken',
    });
    expect(result.files['verify.html']).toContain('Error code <code>interrupted</code>');
    expect(result.files['verify.xml']).toContain(
      '<skipped message="A token minted without options expires after 10 s: Interrupted."/>',
    );
  });

  /**
   * Runs `verify` in a network in which the first answers are late. `answers` is the number of late answers, and `ms` is their
   * delay.
   */
  async function verifySlowly(line: string, ms: number, answers: number, faults: string[] = []) {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock, faults });
    running.push(server);
    let left = answers;
    const network = (real: Network): Network => {
      const watched = watch(real);
      const send: Network['http']['send'] = async (request) => {
        const response = await watched.http.send(request);
        left -= 1;
        if (left >= 0) await clock.advance(ms);
        return response;
      };
      return { ...watched, http: { ...watched.http, send } };
    };
    const options = { env: envFor(server), clock, network };
    const result = await advanceUntilDone(run(`verify --json --only ${line}`, options));
    return { ...result, record: result.json<VerifyDocument>().promises[0] };
  }

  it('is one whose second use came after the expiry of the token', async () => {
    const { record, code } = await verifySlowly('default-one-time', 6000, 9);
    expect(record).toMatchObject({
      result: 'skipped',
      reason: 'the answers came too late to test this promise',
    });
    expect(code).toBe(6);
  });

  it('is tested again after the network was slow for a while', async () => {
    // Three answers are late: the answer to the first mint of the run, and then the answers to the mint and the read of a token
    // with a lifetime of 5 s. The read comes too late to test `lifetime-before`, so `verify` tries again with a new token.
    const { record } = await verifySlowly('lifetime-before', 6000, 3);
    expect(record?.result).toBe('kept');
    expect(record?.evidence.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it('is a lifetime that is shorter than the time of the answers', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock, faults: ['token:expired'] });
    running.push(server);
    const slowly = (real: Network): Network => ({
      ...real,
      http: {
        ...real.http,
        async send(request) {
          const response = await real.http.send(request);
          await clock.advance(4500);
          return response;
        },
      },
    });
    const options = { env: envFor(server), clock, network: (real: Network) => slowly(watch(real)) };
    const result = await advanceUntilDone(run('verify --json --only lifetime-before', options));
    const [record] = result.json<VerifyDocument>().promises;
    expect(record).toMatchObject({
      result: 'skipped',
      reason: 'the answers came too late to test this promise',
    });
  });
});

describe('a service that differs from the sandbox', () => {
  const VERSION = { 'x-api-version': '1.1.0' };

  /** Runs `verify` against a sandbox. `change` gets each REST answer, and returns the answer that `verify` gets instead. */
  async function verifyWith(
    line: string,
    change: (request: HttpRequest, real: HttpResponse) => HttpResponse,
  ) {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock });
    running.push(server);
    const network = (real: Network): Network => {
      const watched = watch(real);
      const send: Network['http']['send'] = async (request) =>
        change(request, await watched.http.send(request));
      return { ...watched, http: { ...watched.http, send } };
    };
    const result = await advanceUntilDone(
      run(`verify ${line} --json`, { env: envFor(server), clock, network }),
    );
    return { ...result, promises: result.json<VerifyDocument>().promises };
  }

  it('is not judged by a duration guard that it checks before the token', async () => {
    const { promises, code } = await verifyWith(
      '--only readonly-no-transcription',
      (request, real) =>
        request.method === 'POST'
          ? { status: 422, headers: VERSION, body: '{"status":"error"}' }
          : real,
    );
    expect(code).toBe(7);
    expect(promises[0]?.reason).toBe(
      'the request was refused (422), which shows nothing about the token',
    );
  });

  it('gets the URL encoded twice over REST, as the SDK sends it', async () => {
    const urls: (string | null)[] = [];
    await verifyWith('--only readonly-no-transcription', (request, real) => {
      if (request.method === 'POST') urls.push(request.url.searchParams.get('url'));
      return real;
    });
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) expect(url).toMatch(/^http%3A%2F%2F127\.0\.0\.1%3A\d+%2F/);
  });

  it('is not judged if it also refuses a token with the necessary access', async () => {
    const { promises, code } = await verifyWith(
      '--only readonly-no-transcription',
      (request, real) =>
        request.method === 'POST'
          ? { status: 403, headers: VERSION, body: '{"status":"error"}' }
          : real,
    );
    expect(code).toBe(5);
    expect(promises[0]?.reason).toBe('with a readwrite token, the request was also refused (403)');
  });

  it('may reject other lifetimes with the HTTP status of a success', async () => {
    const { promises } = await verifyWith('--only lifetime-bounds', (_, real) =>
      real.status === 400 ? { ...real, status: 200 } : real,
    );
    expect(promises[0]).toMatchObject({
      result: 'kept',
      observed: 'the service rejected all four lifetimes',
    });
  });

  it('may answer 404 if a token tries to mint', async () => {
    const { promises } = await verifyWith('--only no-minting', (request, real) =>
      real.status === 403 && request.url.pathname.includes('token')
        ? { ...real, status: 404 }
        : real,
    );
    expect(promises[0]).toMatchObject({ result: 'kept', observed: 'refused (404)' });
  });

  it.each([
    ['a random UUID', () => crypto.randomUUID(), 'kept'],
    [
      '16 bytes in base64',
      () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url'),
      'kept',
    ],
    [
      'a long text that counts',
      (count: number) => `${'token-'.repeat(20)}${1000 + count}`,
      'broken',
    ],
  ])('may mint tokens in another form: %s is %s', async (_, make, expected) => {
    let count = 0;
    const { promises } = await verifyWith('--only tokens-long', (request, real) => {
      count += 1;
      const body = JSON.stringify({ status: 'done', data: make(count) });
      return request.url.pathname.includes('token') ? { ...real, body } : real;
    });
    expect(promises[0]?.result).toBe(expected);
  });

  it('may close the connection instead of sending a refusal', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock });
    running.push(server);
    let connections = 0;
    const network = (real: Network): Network => {
      const watched = watch(real);
      return {
        ...watched,
        async connect(url, options) {
          connections += 1;
          const socket = await watched.connect(url, options);
          const next = async () => {
            throw new CliError('closed_early', 'It was closed.');
          };
          return connections === 1 ? { ...socket, next } : socket;
        },
      };
    };
    const line = 'verify --json --only readonly-no-session';
    const result = await advanceUntilDone(run(line, { env: envFor(server), clock, network }));
    expect(result.json<VerifyDocument>().promises[0]).toMatchObject({
      result: 'kept',
      observed: 'refused (closed)',
    });
  });

  it.each([401, 403, 404, 502])(
    'S71 is not judged if it refuses the upgrade with %s',
    async (status) => {
      const { code, document, error } = await verify('--json', [`connect:${status}`]);
      const results = resultsIn(document());
      expect(idsWith(results, 'broken')).toEqual([]);
      for (const id of ['default-readonly', 'readonly-no-session', 'readwrite-session']) {
        expect(results[id]).toBe('skipped');
      }
      // The sandbox's 502 has the version header of the service, so vstoken reports it as `service_error`. The other statuses are
      // reported as `upgrade_refused`.
      const expected = status === 502 ? ['service_error', 7] : ['upgrade_refused', 6];
      expect([error().code, code]).toEqual(expected);
    },
  );

  it('may mint only one token, and then minting is tried once', async () => {
    let first: HttpResponse | undefined;
    const { promises } = await verifyWith('--only one-time-once,reusable', (request, real) => {
      if (!/lifetime_s=\d\d/.test(request.url.search)) return real;
      first ??= real;
      return first;
    });
    expect(promises.map(({ reason }) => reason)).toContain(
      'the service minted the same token twice',
    );
  });

  it('gets as much time as its Retry-After requests', async () => {
    const { clock, document } = await verify('--json --only reusable', [
      'mint:429:retry-after=60*1',
    ]);
    expect(document().promises[0]?.result).toBe('kept');
    expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    [0, 'for a reason that is not the token', 'skipped', 'closed_early'],
    [3000, 'when its token expires', 'broken', 'promise_broken'],
  ])('may stop work after %i ms, %s: %s', async (ms, _, expected, code) => {
    const network = (real: Network): Network => ({
      ...real,
      async connect(url, options) {
        const socket = await real.connect(url, options);
        let messages = 0;
        const next = async () => {
          messages += 1;
          if (messages === 1) return socket.next();
          await options.clock.sleep(ms);
          throw new CliError('closed_early', 'It was closed.');
        };
        return { ...socket, next };
      },
    });
    const line = '--sandbox --billable --only work-outlives-token --json';
    const result = await verifyWork(line, [], { network });
    expect(result.json<VerifyDocument>().promises[0]).toMatchObject({ result: expected });
    expect(result.error().code).toBe(code);
  });

  it('may leave requests without an answer, and each one is awaited for at most 25 s', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock });
    running.push(server);
    const network = (real: Network): Network => {
      const watched = watch(real);
      const send: Network['http']['send'] = (request) =>
        request.url.pathname === '/transcriptions'
          ? new Promise((_, reject) => {
              request.signal.addEventListener('abort', () => reject(request.signal.reason));
            })
          : watched.http.send(request);
      return { ...watched, http: { ...watched.http, send } };
    };
    const line = 'verify --json --only reusable';
    const result = await advanceUntilDone(run(line, { env: envFor(server), clock, network }));
    expect(result.code).toBe(6);
    expect(result.json<VerifyDocument>().promises[0]).toMatchObject({
      reason: 'There was no answer within 25 s.',
      evidence: [{ status: 200 }, { status: null }],
    });
    expect(clock.monotonic()).toBeLessThan(30_000);
  });

  it('may request a wait beyond the time limit: then the run stops at once', async () => {
    const { clock, error } = await verify('--json --timeout 60s', ['read:429:retry-after=600']);
    expect(error().code).toBe('rate_limited');
    expect(clock.monotonic()).toBeLessThan(30_000);
  });

  it('may limit the rate: then all requests wait', async () => {
    const faults = ['mint:429:retry-after=1*6', 'read:429:retry-after=1*6'];
    const { code, document } = await verify('--json', faults);
    expect(code).toBe(0);
    expect(idsWith(resultsIn(document()), 'kept')).toEqual(TRIED);
  });
});

describe('plain http to another machine', () => {
  const SERVICE = 'https://api.example.test';
  const answer =
    (status: number, body: unknown, headers = {}) =>
    async () => ({
      status,
      headers: { 'x-api-version': '1.1.0', ...headers },
      body: JSON.stringify(body),
    });
  const unreachable = async () => {
    throw new CliError('connection_refused', 'Nothing listens there.');
  };

  it.each([
    [
      'cannot be reached',
      unreachable,
      'kept',
      'no API answers over plain http: connection_refused',
    ],
    ['redirects', answer(301, ''), 'kept', 'no API answers over plain http: redirected'],
    ['answers 404', answer(404, {}), 'kept', 'no API answers over plain http: minting_unavailable'],
    [
      'judges the key',
      answer(401, { status: 'error' }),
      'broken',
      'the API answered over plain http, and checked the key (401)',
    ],
    [
      'mints a token',
      answer(200, { status: 'done', data: 'token' }),
      'broken',
      'over plain http, the API minted a token',
    ],
  ] as const)('is judged if the server %s', async (_, respond, expected, observed) => {
    const plain: HttpRequest[] = [];
    const mint = answer(200, { status: 'done', data: 'token' });
    const network = (real: Network): Network => ({
      ...real,
      http: {
        close: () => undefined,
        async send(request) {
          if (request.url.protocol === 'https:') return mint();
          plain.push(request);
          return respond();
        },
      },
    });
    const env = { VOCALSTACK_API_KEY: 'the-key', VOCALSTACK_API_SERVER: SERVICE };
    const result = await run('verify --only transport --json', { env, network });
    expect(result.code).toBe(expected === 'kept' ? 0 : 9);
    expect(result.json<VerifyDocument>().promises[0]).toMatchObject({ result: expected, observed });
    expect(plain.map(({ url }) => url.origin)).toEqual(['http://api.example.test']);
    expect(JSON.stringify(plain.map(({ headers }) => headers))).not.toContain('the-key');
  });

  it('is not judged if nothing answers over plain http in time', async () => {
    const { clock, advanceUntilDone } = autoAdvancingClock();
    const mint = answer(200, { status: 'done', data: 'token' });
    const network = (real: Network): Network => ({
      ...real,
      http: {
        close: () => undefined,
        send: (request) =>
          request.url.protocol === 'https:'
            ? mint()
            : new Promise((_, reject) => {
                request.signal.addEventListener('abort', () => reject(request.signal.reason));
              }),
      },
    });
    const env = { VOCALSTACK_API_KEY: 'the-key', VOCALSTACK_API_SERVER: SERVICE };
    const { json, code } = await advanceUntilDone(
      run('verify --only transport --json', { env, network, clock }),
    );
    expect(code).toBe(0);
    expect(json<VerifyDocument>().promises[0]).toMatchObject({
      result: 'skipped',
      reason: 'it is not known what answers over plain http (timeout)',
    });
  });
});

describe('the options of verify', () => {
  it('--list prints every promise without a request', async () => {
    const { code, document, server } = await verify('--list --json');
    expect(code).toBe(0);
    expect(document().promises.map(({ id }) => id)).toEqual(PROMISE_IDS);
    expect(document().promises[0]).toEqual({
      id: 'default-readonly',
      title: 'A token minted without options is readonly',
      source: 'The default value for this option is "readonly".',
      expected: 'the token opens no session',
      method: 'mints a token without options, and requests a session without starting it',
      billed: false,
    });
    expect(server.stats().requests).toBe(0);
    const { out } = await run('verify --list --only work-outlives-token --only reusable');
    expect(out).toMatch(
      /^reusable\n {2}A reusable token works again\.\n {2}Promised: "A boolean .*"\n {2}Test: vstoken lists .*\. Expected: the second use of the token is accepted\.\n\nwork-outlives-token \(billed\)\n/,
    );
  });

  it('--only tests some promises, in the order of the list', async () => {
    const { document } = await verify('--json --only reusable,one-time-once,reusable');
    expect(Object.keys(resultsIn(document()))).toEqual(['one-time-once', 'reusable']);
  });

  it.each(['one-time', 'SECRET', '', 'reusable,'])(
    '--only rejects an unknown promise: %j',
    async (ids) => {
      const { code, err, out } = await run(['verify', '--only', ids]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('lifetime-bounds');
      expect(err).not.toContain('SECRET');
    },
  );

  it('--report writes a report for CI, and a report for people', async () => {
    const line = '-q --only reusable,one-time-once --report junit=v.xml --report html=v.html';
    const { code, files } = await verify(line, ['promise:reusable']);
    expect(code).toBe(9);
    const junit = String(files['v.xml']);
    expect(junit).toMatch(
      /<testsuite name="Promises about auth tokens \(http:\/\/127\.0\.0\.1:\d+\)" tests="2" failures="1"/,
    );
    expect(junit).toContain('seen: GET /transcriptions (second use) -&gt; 401');
    const html = String(files['v.html']);
    expect(html).toContain('<h2 id="steps">Promises</h2>');
    expect(html).toContain('Promise <strong><bdi>reusable</bdi></strong> failed');
    expect(html).toContain('<li>GET /transcriptions (second use) -&gt; 401</li>');
  });

  it('--billable is required for a promise with billed work', async () => {
    const { code, err } = await run('verify --only work-outlives-token --sandbox');
    expect(code).toBe(2);
    expect(err).toContain('--billable');
  });

  it('--report that cannot be written at the end is reported in addition to broken promises', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock, faults: ['promise:reusable'] });
    running.push(server);
    const line = 'verify --json --only reusable --report junit=/lost/v.xml --report html=v.html';
    const options = { env: envFor(server), clock, network: watch };
    const { code, err, files } = await advanceUntilDone(run(line, options));
    expect(code).toBe(9);
    expect(err).toContain('warning: The junit report cannot be written.');
    expect(files['v.html']).toContain('Promises about auth tokens failed');
  });

  it('--report that cannot be written is reported before a token is minted', async () => {
    const { code, server, error } = await verify('--json --report junit=/read-only/v.xml');
    expect(code).toBe(3);
    expect(error().code).toBe('output_unwritable');
    expect(server.stats().requests).toBe(0);
    expect((await verify('--report junit=a --report html=a')).code).toBe(2);
  });
});

describe('verify in a terminal', () => {
  it('shows the list of steps while it runs, and then replaces it with the results', async () => {
    const { out, err } = await verify('--only reusable,one-time-once', [], {
      terminal: 'all',
    });
    expect(err).toContain('reusable');
    expect(err.endsWith('\u001b[2A\r\u001b[J')).toBe(true);
    expect(out).toContain('kept     A one-time token works once');
  });

  it('keeps the list of steps if the results are written elsewhere', async () => {
    const { err } = await verify('--only reusable', [], { terminal: 'stderr' });
    expect(err).toMatch(/✓ reusable +\d+ ms {2}second use accepted \(200\)\u001b\[K\n$/);
  });
});

describe('the ledger of a verify run', () => {
  it('has the tokens of the run, with their latest possible expiry', async () => {
    const configDir = newConfigDir();
    await verify('--json --only reusable', [], { configDir });
    const lines = readFileSync(join(configDir, 'ledger.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      // The token that `verify` minted to check the key.
      { command: 'verify', lifetime_s: 2, one_time: true },
      {
        command: 'verify',
        at: '2026-11-24T10:00:00.000Z',
        expires_at: '2026-11-24T10:00:41.000Z',
        lifetime_s: 41,
        access: 'readonly',
        one_time: false,
      },
    ]);
  });
});

describe('S19 a verify run', () => {
  it('prints and stores no key and no token, in any form', async () => {
    const tokens: string[] = [];
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({
      port: 0,
      clock,
      faults: ['promise:no-query', 'promise:no-bare'],
    });
    running.push(server);
    const listen = (real: Network): Network => ({
      ...real,
      http: {
        ...real.http,
        async send(request) {
          const response = await real.http.send(request);
          const { data } = JSON.parse(response.body);
          if (typeof data === 'string') tokens.push(data);
          return response;
        },
      },
    });
    for (const manner of ['', '--json', '--verbose', '--json --verbose']) {
      const options = {
        env: envFor(server),
        clock,
        network: (real: Network) => listen(watch(real)),
      };
      const line = `verify ${manner} --report junit=v.xml --report html=v.html`;
      const { out, err, files } = await advanceUntilDone(run(line, options));
      const shown = [out, err, ...Object.values(files)].join('\n');
      for (const secret of [server.apiKey, ...tokens]) {
        expect(leaksOf(secret, shown)).toEqual([]);
      }
    }
    expect(tokens.length).toBeGreaterThan(100);
  });
});

describe('a broken promise', () => {
  const free = BREAKABLE.filter((id) => id !== 'work-outlives-token');
  it.each(free)('%s is found, and no other promise is broken', async (id) => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const server = await startSandbox({ port: 0, clock, faults: [`promise:${id}`] });
    const options = { env: envFor(server), clock, network: watch };
    const result = await advanceUntilDone(run('verify --json', options));
    await server.close();
    expect(result.code).toBe(9);
    const document = result.json<VerifyDocument>();
    const results = resultsIn(document);
    expect(idsWith(results, 'broken')).toEqual([id]);
    expect(document.ok).toBe(false);
    expect(result.error()).toMatchObject({ code: 'promise_broken', exit: 9 });
    expect(result.error().message).toBe(`1 promise is broken: ${id}.`);
    // Because the sandbox breaks one promise of the service, `verify` may be unable to test some other promises, and skips them.
    // It must skip fewer than five.
    const untried = idsWith(results, 'skipped').filter((each) => FREE.includes(each as never));
    expect(untried.length).toBeLessThan(5);
  });

  it('work-outlives-token is found with --billable', async () => {
    const line = '--billable --only work-outlives-token,reusable --json';
    const result = await verifyWork(line, ['promise:work-outlives-token']);
    expect(result.code).toBe(9);
    expect(resultsIn(result.json<VerifyDocument>())).toEqual({
      reusable: 'kept',
      'work-outlives-token': 'broken',
    });
    expect(result.error().hint).toContain('--only work-outlives-token --billable');
  });
});
