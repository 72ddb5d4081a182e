import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../../src/core/errors';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { configDirEncrypted } from '../../support/encrypted-profile';
import { envFor, type RunOptions, run } from '../../support/run';

interface Document {
  ok: boolean;
  mode: string;
  sandbox: boolean;
  token: Record<string, unknown>;
  steps: { name: string; ok: boolean; ms: number; error?: { code: string; message: string } }[];
  transcription: { id: string; status: string; text: string; segments: number } | null;
  audio: { url: string; language: string; max_duration_s: number } | null;
}

const CLIP_TEXT = 'A token is brief, so is this clip, and both are nearly over.';
const clip = readFileSync(join(import.meta.dirname, '../../../assets/clip.wav'));

let sandbox: RunningSandbox;
let env: ReturnType<typeof envFor>;
let audioServer: Server;
let audio: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = envFor(sandbox);
  audioServer = createServer((request, response) => {
    const files: Record<string, string | Buffer> = {
      '/hello.wav': Buffer.concat([clip, Buffer.alloc(2)]),
      '/hello.txt': 'Hello \u001b[31mred\u001b[0m world.',
      '/command.wav': Buffer.concat([clip, Buffer.alloc(4)]),
      '/command.txt': '::add-mask::everything',
      '/page.wav': '<html>not audio</html>',
    };
    const body = files[(request.url ?? '').split('?')[0] ?? ''];
    response
      .writeHead(body === undefined ? 404 : 200, {
        'content-type': typeof body === 'string' ? 'text/plain' : 'audio/wav',
      })
      .end(body);
  });
  await new Promise<void>((resolve) => audioServer.listen(0, '127.0.0.1', resolve));
  audio = `http://127.0.0.1:${(audioServer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await sandbox.close();
  audioServer.close();
});

async function runAgainst(faults: readonly string[], line: string, options: RunOptions = {}) {
  const faulty = await startSandbox({ faults });
  try {
    return {
      ...(await run(line, { env: envFor(faulty), random: () => 0, ...options })),
      stats: faulty.stats(),
    };
  } finally {
    await faulty.close();
  }
}

const names = (document: Document) => document.steps.map((step) => step.name);

describe('vstoken test', () => {
  it('transcribes the clip of a loopback server, and prints only the transcript', async () => {
    const { code, out, err } = await run('test', { env });
    expect({ code, out }).toEqual({ code: 0, out: `${CLIP_TEXT}\n` });
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      expect.stringMatching(/^ok key \d+ ms VOCALSTACK_API_KEY$/),
      expect.stringMatching(/^ok mint \d+ ms readwrite, one-time, 60 s$/),
      expect.stringMatching(/^ok connect \d+ ms session confirmed$/),
      expect.stringMatching(/^ok start \d+ ms$/),
      expect.stringMatching(/^ok transcribe \d+ ms 3 segments$/),
      expect.stringMatching(/^ok expect \d+ ms/),
    ]);
  });

  it('prints a document with --json', async () => {
    const { code, json } = await run('test --json', { env });
    expect(code).toBe(0);
    expect(json()).toEqual({
      ok: true,
      mode: 'transcribe',
      api_server: sandbox.url,
      sandbox: false,
      token: { access: 'readwrite', lifetime_s: 60, one_time: true },
      steps: ['key', 'mint', 'connect', 'start', 'transcribe', 'expect'].map((name) => ({
        name,
        ok: true,
        ms: expect.any(Number),
      })),
      transcription: {
        id: expect.any(String),
        status: 'done',
        text: CLIP_TEXT,
        segments: 3,
        summary:
          'A speaker says that a token is brief, that this clip is too, and that both are nearly over.',
        keywords: ['token', 'clip', 'brief'],
      },
      audio: {
        url: `${sandbox.url}/sandbox/clip.wav`,
        file: null,
        language: 'auto',
        max_duration_s: 15,
      },
    });
  });

  it('runs with an embedded sandbox, independent of the environment', async () => {
    const { code, json } = await run('test --sandbox --json', {
      env: { VOCALSTACK_API_SERVER: 'http://localhost:1', VOCALSTACK_API_KEY: '' },
    });
    expect(code).toBe(0);
    expect(json<Document>().sandbox).toBe(true);
  });

  it('opens a session and does not start it in mode connect', async () => {
    const before = sandbox.stats();
    const { code, out, err } = await run('test --mode connect', { env });
    expect(code).toBe(0);
    expect(out).toContain('not started');
    expect(err).toMatch(/connect/);
    expect(sandbox.stats().sessions).toBe(before.sessions + 1);
    expect(sandbox.stats().starts).toBe(before.starts);
  });

  it('reads with a readonly token in mode read', async () => {
    const { code, json } = await run('test --mode read --json', { env });
    const document = json<Document>();
    expect(code).toBe(0);
    expect(names(document)).toEqual(['key', 'mint', 'read']);
    expect(document).toMatchObject({
      token: { access: 'readonly' },
      audio: null,
      transcription: null,
    });
  });

  it('transcribes a URL, escapes the transcript, and compares it with --expect', async () => {
    const line = `test ${audio}/hello.wav?sig=abc --language en`;
    const { code, out } = await run(line, { env });
    expect(code).toBe(0);
    expect(out).toBe('Hello \\u001b[31mred\\u001b[0m world.\n');
    const { json, out: raw } = await run(`${line} --json --expect "0M, world?"`, { env });
    expect(raw).not.toContain('\u001b');
    expect(json<Document>().audio).toEqual({
      url: `${audio}/hello.wav?sig=redacted`,
      file: null,
      language: 'en',
      max_duration_s: 15,
    });
    expect(names(json())).toContain('expect');
  });

  it('S30 starts no line with a workflow command, in CI or elsewhere', async () => {
    const { out } = await run(`test ${audio}/command.wav`, { env });
    expect(out).toBe('\\u003a:add-mask::everything\n');
  });

  it('reads the URL from VOCALSTACK_TEST_URL', async () => {
    const { out } = await run('test', {
      env: { ...env, VOCALSTACK_TEST_URL: `${audio}/command.wav` },
    });
    expect(out).toContain('add-mask');
  });

  it('stops at --max-duration and then expects no complete text, and sends 0 for --no-max-duration', async () => {
    const cut = await run('test --json --max-duration 1s', { env });
    expect(cut.code).toBe(0);
    expect(cut.json<Document>().transcription?.segments).toBeLessThan(3);
    expect(names(cut.json())).not.toContain('expect');
    const whole = await run('test --json --no-max-duration', { env });
    expect(whole.json<Document>().audio?.max_duration_s).toBe(0);
    expect(names(whole.json())).toContain('expect');
  });

  it.each([
    ['stdin', 'test --token-stdin --json'],
    ['variable', 'test --use-token --json'],
  ])(
    'tests a token from the %s without a key, and reports nothing about its minting',
    async (from, line) => {
      const { out: token } = await run('mint --access readwrite', { env });
      const { code, json } = await run(line, {
        env: {
          VOCALSTACK_API_SERVER: sandbox.url,
          ...(from === 'variable' ? { VOCALSTACK_AUTH_TOKEN: token.trim() } : {}),
        },
        ...(from === 'stdin' ? { stdin: token } : {}),
      });
      expect(code).toBe(0);
      expect(names(json())).toEqual(['connect', 'start', 'transcribe', 'expect']);
      expect(json<Document>().token).toEqual({ access: null, lifetime_s: null, one_time: null });
    },
  );
});

describe('vstoken test, its usage', () => {
  it.each([
    ['test --mode listen', 'invalid_value'],
    ['test --max-duration 0', 'invalid_value'],
    ['test --max-duration 1500ms', 'invalid_value'],
    ['test --language german', 'invalid_value'],
    ['test --expect "..."', 'invalid_value'],
    ['test ftp://example.com/a.wav', 'invalid_value'],
    ['test clip.wav', 'invalid_value'],
    ['test --token-stdin --use-token', 'conflicting_options'],
    ['test --token-stdin --access readonly', 'conflicting_options'],
    ['test --use-token --lifetime 5', 'conflicting_options'],
    ['test --use-token --no-one-time', 'conflicting_options'],
    ['test --use-token --sandbox', 'conflicting_options'],
    ['test --mode read --expect x', 'conflicting_options'],
    ['test --mode connect --expect x', 'conflicting_options'],
    ['test http://localhost/a.wav --mode read', 'conflicting_options'],
    ['test --mode read --language de', 'conflicting_options'],
    ['test --mode read --no-max-duration', 'conflicting_options'],
    ['test --token-stdin', 'stdin_is_terminal'],
    ['test a b', 'invalid_arguments'],
  ])('rejects %s (%s) before any request', async (line, code) => {
    const before = sandbox.stats().requests;
    const result = await run(`${line} --json`, { env });
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.error().code).toBe(code);
    expect(sandbox.stats().requests).toBe(before);
  });

  it('suggests a command line if no token can be read', async () => {
    expect((await run('test --token-stdin', { env })).err).toContain(
      '| vstoken test --token-stdin',
    );
  });

  it.each([
    ['', 'no_token'],
    ['two words', 'token_malformed'],
    ['x'.repeat(4097), 'token_malformed'],
  ])('rejects %.20j as a token', async (stdin, code) => {
    const result = await run('test --token-stdin --json', { env, stdin });
    expect(result.error()).toMatchObject({ code, exit: 4 });
    if (stdin) expect(result.err).not.toContain(stdin);
  });
});

describe('vstoken test, if it fails', () => {
  const cases: readonly [string, readonly string[], string, string, number, string][] = [
    ['no key', [], 'test', 'no_key', 4, 'key'],
    ['empty key', [], 'test', 'key_empty', 4, 'key'],
    ['key refused', ['mint:401'], 'test', 'key_refused', 4, 'mint'],
    ['readonly on a billable call', [], 'test --access readonly', 'token_scope', 5, 'connect'],
    ['never confirmed', ['session:never-confirm'], 'test', 'session_not_confirmed', 6, 'connect'],
    ['closed before it was confirmed', ['session:close'], 'test', 'closed_early', 6, 'connect'],
    ['closed midway', ['stream:close'], 'test', 'closed_early', 6, 'transcribe'],
    ['error in the stream', ['transcribe:error'], 'test', 'transcription_failed', 8, 'transcribe'],
    ['nothing recognised', ['transcribe:nothing'], 'test', 'nothing_recognised', 8, 'transcribe'],
    ['duration guard', ['transcribe:duration-guard'], 'test', 'duration_guard', 8, 'transcribe'],
    ['expectation not met', [], 'test --expect elephants', 'expectation_not_met', 8, 'expect'],
    ['audio missing', [], 'test AUDIO/missing.wav', 'audio_unreachable', 8, 'transcribe'],
    ['not audio', [], 'test AUDIO/page.wav', 'audio_unreachable', 8, 'transcribe'],
    ['version too low', ['version:low'], 'test', 'api_version_too_low', 7, 'mint'],
    ['version missing', ['version:missing'], 'test', 'api_version_missing', 7, 'mint'],
    ['version discontinued', ['version:discontinued'], 'test', 'api_discontinued', 7, 'mint'],
  ];

  it.each(cases)(
    '%s: with the faults %j, vstoken %s ends with %s (exit code %i) at the step %s',
    async (name, faults, line, code, exit, step) => {
      const clock = faults.includes('session:never-confirm') ? fakeClock() : undefined;
      const faulty = await startSandbox({ faults, ...(clock ? { clock } : {}) });
      const environment: Record<string, string> = { ...(envFor(faulty) as Record<string, string>) };
      if (name === 'no key') delete environment['VOCALSTACK_API_KEY'];
      if (name === 'empty key') environment['VOCALSTACK_API_KEY'] = '';
      const running = run(`${line.replace('AUDIO', audio)} --json`, {
        env: environment,
        ...(clock ? { clock } : {}),
      });
      if (clock) {
        while (!clock.waiting().includes(20_000))
          await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(20_000);
      }
      const result = await running;
      const stats = faulty.stats();
      await faulty.close();

      expect(result.code).toBe(exit);
      expect(result.error()).toMatchObject({ code, exit, hint: expect.any(String) });
      expect(result.error().message).toMatch(new RegExp(`^${step}: `));
      const document = result.json<Document>();
      expect(document.ok).toBe(false);
      expect(document.steps.at(-1)).toMatchObject({ name: step, ok: false, error: { code } });
      expect(document.steps.slice(0, -1).every((one) => one.ok)).toBe(true);
      expect(stats.starts).toBeLessThanOrEqual(1);
    },
  );

  it('prints the failed step, the reason and a fix', async () => {
    const { out, err } = await runAgainst(['transcribe:error'], 'test');
    expect(out).not.toContain('error');
    expect(err).toMatch(/^failed transcribe +\d+ ms {2}transcription_failed$/m);
    expect(err).toMatch(/^error: transcribe: /m);
    expect(err).toMatch(/^hint: {2}\S/m);
    expect(err).toMatch(/^code: {2}transcription_failed \(exit 8\)$/m);
  });

  it('prints the transcript if it does not match --expect', async () => {
    expect((await run('test --expect elephants', { env })).out).toBe(`${CLIP_TEXT}\n`);
  });

  it('reports a spent token as spent, and an unknown token as unknown', async () => {
    const { out: token } = await run('mint --access readwrite', { env });
    await run('test --token-stdin', { env, stdin: token });
    const spent = await run('test --token-stdin --json', { env, stdin: token });
    expect(spent.error()).toMatchObject({ code: 'token_spent', exit: 4 });
    const unknown = await run('test --token-stdin --json', { env, stdin: 'never-minted' });
    expect(unknown.error()).toMatchObject({ code: 'token_refused', exit: 4 });
  });

  it('reports that a token expired before it was used', async () => {
    const clock = fakeClock();
    const timed = await startSandbox({ clock });
    const { out: token } = await run('mint --access readwrite', { env: envFor(timed), clock });
    await clock.advance(10_001);
    const { error } = await run('test --token-stdin --json', {
      env: envFor(timed),
      stdin: token,
      clock,
    });
    await timed.close();
    expect(error()).toMatchObject({ code: 'token_expired', exit: 4 });
  });

  it("reports a page without the API's headers as another server", async () => {
    const { error } = await run('test --json', { env: { ...env, VOCALSTACK_API_SERVER: audio } });
    expect(error()).toMatchObject({ code: 'not_vocalstack', exit: 7 });
  });

  it('S49 closes the session and ends with 130 if it is interrupted', async () => {
    const clock = fakeClock();
    const paced = await startSandbox({ clock, paceMs: 1000 });
    const controller = new AbortController();
    const running = run('test --json', { env: envFor(paced), clock, signal: controller.signal });
    while (paced.stats().starts === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    const result = await running;
    expect(result.code).toBe(130);
    expect(result.error().code).toBe('interrupted');
    expect(result.json<Document>().ok).toBe(false);
    expect(paced.stats().starts).toBe(1);
    await paced.close();
  });
});

describe('vstoken test --budget', () => {
  it('fails a step that takes longer, also in the document and the reports', async () => {
    const clock = fakeClock();
    const slow = await startSandbox({ latencyMs: 3000, clock });
    const running = run('test --mode connect --json --budget mint=2s --report junit=/a.xml', {
      env: envFor(slow),
      clock,
    });
    await expect.poll(() => clock.waiting()).toContain(3000);
    await clock.advance(3000);
    const { code, error, json, files } = await running;
    expect(code).toBe(8);
    expect(error()).toMatchObject({ code: 'too_slow', exit: 8 });
    expect(error().message).toBe('mint: the step took 3000 ms, but --budget allows only 2000 ms.');
    expect(json<Document>().steps.at(-1)).toMatchObject({ name: 'mint', ok: false, ms: 3000 });
    expect(String(files['/a.xml'])).toContain('too_slow');
    await slow.close();
  });

  it('accepts a step that takes exactly the allowed time', async () => {
    const line = 'test --mode connect --json --budget mint=1m,connect=1m';
    expect((await run(line, { env })).code).toBe(0);
  });

  it.each([
    ['--budget connect', 'invalid_value'],
    ['--budget connect=soon', 'invalid_value'],
    ['--budget nope=1s', 'invalid_value'],
    ['--mode connect --budget transcribe=1s', 'conflicting_options'],
  ])('rejects %s', async (options, code) => {
    const result = await run(`test --json ${options}`, { env });
    expect(result.error()).toMatchObject({ code, exit: 2 });
  });
});

describe('vstoken test --file -', () => {
  it('reads a clip from a pipe', async () => {
    const clock = fakeClock();
    const running = run('test --file - --mode connect --json', { env, stdin: clip, clock });
    const { code, json } = await running;
    expect(code).toBe(0);
    expect(json<{ audio: { file: string } }>().audio.file).toBe('stdin');
  });

  it.each([
    ['a pipe without audio', { stdin: 'no audio' }, 8, 'not_audio'],
    ['an empty pipe', { stdin: '' }, 2, 'audio_file_unusable'],
    [
      'a pipe with too many bytes',
      { stdin: new Uint8Array(16 * 1024 * 1024 + 1) },
      2,
      'audio_file_unusable',
    ],
    ['a terminal', {}, 2, 'stdin_is_terminal'],
  ])('rejects %s', async (_, options, exit, code) => {
    const before = sandbox.stats().requests;
    const result = await run('test --file - --json', { env, ...options });
    expect(result.error()).toMatchObject({ code, exit });
    expect(sandbox.stats().requests).toBe(before);
  });

  it('cannot be combined with a token on standard input', async () => {
    const { error } = await run('test --file - --token-stdin --json', { env, stdin: 'x' });
    expect(error()).toMatchObject({ code: 'conflicting_options', exit: 2 });
  });
});

describe('vstoken test, in a terminal', () => {
  it('updates its list of steps, and leaves it on the screen', async () => {
    const { code, out, err } = await run('test', { env, terminal: 'stderr' });
    expect(code).toBe(0);
    expect(out).toBe(`${CLIP_TEXT}\n`);
    const last = err.split(/\u001b\[\d+A\r/).at(-1) ?? '';
    expect(last.match(/✓/g)).toHaveLength(6);
    expect(err).toContain('○ transcribe');
    expect(err).toMatch(/━+─* +\d+%/);
    expect(err).toContain('“A token is brief');
  });

  it.each([40, 80])('keeps its lines within %i columns', async (columns) => {
    const { err } = await run('test', { env, terminal: 'stderr', columns });
    const lines = err.replaceAll(/\u001b\[\d*[AJK]/g, '').split(/[\r\n]/);
    for (const line of lines) expect([...line].length).toBeLessThan(columns);
  });

  it('prints one line for each step if CI is set', async () => {
    const { err } = await run('test', { env: { ...env, CI: '1' }, terminal: 'stderr' });
    expect(err).not.toContain('\u001b');
    expect(err).toMatch(/^ok {5}key/);
  });

  it('prints only the result with --quiet', async () => {
    const { out, err } = await run('test -q', { env, terminal: 'all' });
    expect({ out, err }).toEqual({ out: `${CLIP_TEXT}\n`, err: '' });
  });
});

describe('vstoken test that fails before its first step', () => {
  it.each([
    ['--use-token', {}, 4, 'no_token'],
    ['--token-stdin', { stdin: 'with a space' }, 4, 'token_malformed'],
    ['--file /a.txt', { files: { '/a.txt': 'not a sound' } }, 8, 'not_audio'],
  ])('still prints its document: %s', async (option, more, exit, code) => {
    const { code: ended, json, error } = await run(`test ${option} --json`, { env, ...more });
    expect(ended).toBe(exit);
    expect(error().code).toBe(code);
    expect(json()).toEqual({
      ok: false,
      mode: 'transcribe',
      api_server: sandbox.url,
      sandbox: false,
      token: { access: null, lifetime_s: null, one_time: null },
      steps: [],
      transcription: null,
      audio: null,
    });
  });
});

describe('vstoken test with options that conflict', () => {
  it('rejects a readwrite token for mode read', async () => {
    const { code, error } = await run('test --mode read --access readwrite --json', { env });
    expect(code).toBe(2);
    expect(error().code).toBe('conflicting_options');
  });

  it('transcribes its own clip with an embedded sandbox, independent of the environment', async () => {
    const { code, json } = await run('test --sandbox --json', {
      env: { VOCALSTACK_TEST_URL: 'https://example.com/a.wav' },
    });
    expect(code).toBe(0);
    expect(json<{ audio: { url: string } }>().audio.url).toMatch(/\/sandbox\/clip\.wav$/);
  });

  it('opens a session for a long clip in less time than the clip lasts', async () => {
    const { code } = await run('test --file /c.wav --mode connect --timeout 2s', {
      env,
      files: { '/c.wav': readFileSync('assets/clip.wav') },
    });
    expect(code).toBe(0);
  });
});

describe('vstoken test with a key that is encrypted with a passphrase', () => {
  it('draws nothing and counts no time while the prompt waits', async () => {
    const phrase = 'a long passphrase';
    const server = { VOCALSTACK_API_SERVER: sandbox.url };
    const configDir = configDirEncrypted(sandbox, phrase);
    const clock = fakeClock();
    let waiting: readonly number[] | undefined;
    const { code, err } = await run('test --mode connect', {
      ...{ configDir, clock, env: server, terminal: 'all' as const, answers: [phrase] },
      onQuestion: async () => {
        waiting = clock.waiting();
      },
    });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('✓ connect') });
    // While the program waits for the passphrase, no timer is pending: no timeout, and no spinner that would draw over the
    // prompt.
    expect(waiting).toEqual([]);
  });
});
