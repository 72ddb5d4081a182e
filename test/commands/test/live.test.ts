import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../../src/core/errors';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { envFor, type RunOptions, run } from '../../support/run';

const CLIP_TEXT = 'A token is brief, so is this clip, and both are nearly over.';
const clip = readFileSync(join(import.meta.dirname, '../../../assets/clip.wav'));

let sandbox: RunningSandbox;
let env: ReturnType<typeof envFor>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = envFor(sandbox);
});
afterAll(() => sandbox.close());

/**
 * Runs a live test on a fake clock. The program sends a piece of audio every 100 ms. The clock skips these waits, but no wait
 * that is longer than 100 ms.
 */
async function runLive(line: string, options: RunOptions = {}) {
  const clock = fakeClock();
  const live = await startSandbox({ clock });
  const begun = clock.monotonic();
  let isOver = false;
  const running = run(line, {
    env: envFor(live),
    clock,
    files: { '/clips/hello.wav': clip },
    ...options,
  }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const [next = Number.POSITIVE_INFINITY] = clock.waiting();
    if (next <= 100) await clock.advance(next);
  }
  const result = { ...(await running), stats: live.stats(), tookMs: clock.monotonic() - begun };
  await live.close();
  return result;
}

describe('vstoken test --file', () => {
  it('sends a clip in real time, and prints its transcript', async () => {
    const { code, out, err, stats, tookMs } = await runLive('test --file /clips/hello.wav');
    expect({ code, out }).toEqual({ code: 0, out: `${CLIP_TEXT}\n` });
    expect(err).toMatch(/^ok {5}transcribe/m);
    expect(stats.starts).toBe(1);
    expect(tookMs).toBeGreaterThanOrEqual(3400);
    expect(tookMs).toBeLessThanOrEqual(3700);
  });

  it('names the file in its document, without its folders', async () => {
    const { json } = await runLive(
      'test --file /clips/hello.wav --json --expect "so is this clip"',
    );
    expect(json()).toMatchObject({
      ok: true,
      audio: { url: null, file: 'hello.wav', language: 'auto', max_duration_s: 15 },
    });
  });

  it('sends no more seconds than --max-duration', async () => {
    const { code, tookMs } = await runLive('test --file /clips/hello.wav --max-duration 1s');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThanOrEqual(1100);
  });

  it('shows the sent seconds as progress', async () => {
    const { err } = await runLive('test --file /clips/hello.wav', { terminal: 'stderr' });
    expect(err).toMatch(/━+─+ +50%/);
  });

  it('opens a live session and does not start it in mode connect', async () => {
    const { code, stats, tookMs } = await runLive('test --file /clips/hello.wav --mode connect');
    expect({ code, starts: stats.starts, tookMs }).toEqual({ code: 0, starts: 0, tookMs: 0 });
  });

  it('stops sending when it is interrupted, and ends with 130', async () => {
    const clock = fakeClock();
    const live = await startSandbox({ clock });
    const controller = new AbortController();
    const running = run('test --file /hello.wav --json', {
      env: envFor(live),
      clock,
      files: { '/hello.wav': clip },
      signal: controller.signal,
    });
    await expect.poll(() => clock.waiting()[0]).toBe(100);
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    expect((await running).code).toBe(130);
    await live.close();
  });

  it.each([
    ['/missing.wav', 'audio_file_unusable', 2],
    ['/empty.wav', 'audio_file_unusable', 2],
    ['/huge.wav', 'audio_file_unusable', 2],
    ['/page.html', 'not_audio', 8],
  ])('rejects %s with %s (%i) before a token is minted', async (path, code, exit) => {
    const before = sandbox.stats().requests;
    const result = await run(`test --json --file ${path}`, {
      env,
      files: {
        '/empty.wav': '',
        '/huge.wav': new Uint8Array(16 * 1024 * 1024 + 1),
        '/page.html': '<html></html>',
      },
    });
    expect(result.code).toBe(exit);
    expect(result.error()).toMatchObject({ code, hint: expect.any(String) });
    expect(sandbox.stats().requests).toBe(before);
  });

  it.each([
    ['test http://localhost/a.wav --file /clip.wav', 'conflicting_options'],
    ['test --mode read --file /clip.wav', 'conflicting_options'],
    ['test --file /clip.wav --timeout 3s', 'invalid_value'],
  ])('rejects %s', async (line, code) => {
    const { code: exit, err } = await run(line, { env, files: { '/clip.wav': clip } });
    expect(exit).toBe(2);
    expect(err).toContain(code);
  });
});

describe('vstoken test --follow', () => {
  it('prints each segment once, with its times, and no transcript at the end', async () => {
    const { code, out } = await run('test --follow', { env });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        '00:00.1 - 00:01.0  A token is brief,',
        '00:01.1 - 00:02.1  so is this clip,',
        '00:02.2 - 00:03.4  and both are nearly over.',
        '',
      ].join('\n'),
    );
  });

  it('prints one JSON document in each line with --json, and the result last', async () => {
    const { out } = await run('test --follow --json', { env });
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(['step', 'progress', 'segment', 'result']),
    );
    expect(events.filter(({ type }) => type === 'segment')).toEqual([
      { type: 'segment', start: 0.05, end: 1, text: 'A token is brief,' },
      { type: 'segment', start: 1.14, end: 2.08, text: 'so is this clip,' },
      { type: 'segment', start: 2.22, end: 3.44, text: 'and both are nearly over.' },
    ]);
    const progress = events
      .filter(({ type }) => type === 'progress')
      .map((event) => event.progress);
    expect(progress).toEqual([...progress].sort());
    expect(progress.at(-1)).toBe(1);
    expect(events.at(-1)).toMatchObject({
      type: 'result',
      ok: true,
      transcription: { segments: 3 },
    });
  });

  it('prints the failed step and its result as documents too', async () => {
    const faulty = await startSandbox({ faults: ['transcribe:error'] });
    const { code, out, error } = await run('test --follow --json', { env: envFor(faulty) });
    await faulty.close();
    expect(code).toBe(8);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === 'step').at(-1)).toMatchObject({
      name: 'transcribe',
      ok: false,
      error: { code: 'transcription_failed' },
    });
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: false });
    expect(error().code).toBe('transcription_failed');
  });

  it('ends without an error and closes its session if the reader closes the pipe', async () => {
    const { code, err } = await run('test --follow -q', { env, stdoutFails: 'reader-gone' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('keeps the list of steps below its output in a terminal', async () => {
    const { out, err } = await run('test --follow', { env, terminal: 'all' });
    expect(out).toContain('so is this clip');
    expect(err.split('\u001b[J').at(-1)).toContain('✓ expect');
  });
});

describe('vstoken test --report', () => {
  it('writes reports of a passed run', async () => {
    const { code, files, out } = await run('test --report junit=/r.xml --report html=/r.html', {
      env,
    });
    expect({ code, out }).toEqual({ code: 0, out: `${CLIP_TEXT}\n` });
    expect(files['/r.xml']).toMatch(/<testsuite [^>]*tests="6" failures="0"/);
    expect(files['/r.html']).toContain('so is this clip');
    expect(files['/r.html']).toContain('readwrite, one-time, 60 s');
  });

  it('writes reports of a failed run, with the skipped steps', async () => {
    const faulty = await startSandbox({ faults: ['session:close'] });
    const { code, files } = await run('test --report junit=/r.xml --report html=/r.html', {
      env: envFor(faulty),
    });
    await faulty.close();
    expect(code).toBe(6);
    expect(files['/r.xml']).toMatch(
      /<testsuite [^>]*tests="6" failures="1" errors="0" skipped="3"/,
    );
    expect(files['/r.xml']).toMatch(/type="closed_early"/);
    expect(files['/r.html']).toContain('closed_early');
  });

  it('S19 writes no key and no token into its reports', async () => {
    const { out: token } = await run('mint --access readwrite', { env });
    const { files } = await run('test --token-stdin --report junit=/r.xml --report html=/r.html', {
      env,
      stdin: token,
    });
    const written = Object.values(files).join('\n');
    expect(written.length).toBeGreaterThan(2000);
    expect(written).not.toContain(token.trim());
    expect(written).not.toContain(sandbox.apiKey);
  });

  it('reports before any billed work that a report cannot be written', async () => {
    const before = sandbox.stats().requests;
    const { code, err } = await run('test --report html=/read-only/r.html', { env });
    expect(code).toBe(3);
    expect(err).toContain('output_unwritable');
    expect(sandbox.stats().requests).toBe(before);
  });

  it.each(['pdf=/r.pdf', 'junit', 'junit=', '=x', 'github=', 'github=/r'])(
    'rejects --report %s',
    async (report) => {
      const { code, err } = await run(`test --report ${report}`, { env });
      expect(code).toBe(2);
      expect(err).toContain('--report must be junit=PATH or html=PATH, or github without a path.');
    },
  );

  it('accepts one value, so that a URL can follow it', async () => {
    const { code, error, files } = await run(
      ['test', '--report', 'junit=/r.xml', `${sandbox.url}/nowhere.wav`, '--json'],
      { env },
    );
    expect(code).toBe(8);
    expect(error().code).toBe('audio_unreachable');
    expect(files['/r.xml']).toContain('audio_unreachable');
  });

  it('rejects two reports with the same path', async () => {
    const { code, err } = await run('test --report junit=/r --report html=/r', { env });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('same path') });
  });

  it('writes a report if the run fails before its first step', async () => {
    const { code, files } = await run('test --use-token --report junit=/r.xml', { env });
    expect(code).toBe(4);
    expect(files['/r.xml']).toContain('no_token');
  });
});
