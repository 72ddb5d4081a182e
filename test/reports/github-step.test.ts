// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { afterEach, describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { systemClock } from '../../src/system/clock';
import { type Hooks, type Peer, type Service, startService } from '../e2e/support/service';
import { autoAdvancingClock } from '../support/auto-advancing-clock';
import { envFor, type RunOptions, type RunResult, run } from '../support/run';
import { workflowCommands } from '../support/workflow-commands';

const ACTIONS = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/summary', CI: 'true' };

const running: (SandboxServer | Service)[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** Runs a command in a step of GitHub Actions, against a sandbox. */
async function inStep(line: string, faults: readonly string[] = [], options: RunOptions = {}) {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const waits = line.includes('verify');
  const server = await startSandbox({ port: 0, clock: waits ? clock : systemClock(), faults });
  running.push(server);
  const env = { ...envFor(server), ...ACTIONS, ...options.env };
  const started = run(line, { ...(waits && { clock, network: watch }), ...options, env });
  const result = await (waits ? advanceUntilDone(started) : started);
  return { ...result, server, summary: result.files['/summary'] };
}

const annotationsIn = ({ err }: RunResult) =>
  workflowCommands(err).map(({ properties, data }) => `${properties['title']} | ${data}`);

describe('--report github', () => {
  it('adds a summary of a passed run to the existing summary, and no annotation', async () => {
    const files = { '/summary': '## Mine\n' };
    const { code, out, err, summary } = await inStep('test --report github', [], { files });
    expect(code).toBe(0);
    expect(out).toMatch(/^A token is brief,/);
    expect(workflowCommands(out + err)).toEqual([]);
    expect(summary).toMatch(/^## Mine\n\n<h3>vstoken test: \u2705 passed<\/h3>\n/);
    expect(summary).toContain('<code>transcribe</code>');
    expect(summary).toContain('<code>A token is brief,');
    expect(String(summary).endsWith('\n\n')).toBe(true);
  });

  it('annotates the failed step on standard error, before the error', async () => {
    const result = await inStep('test --mode connect --json --report github', ['mint:403']);
    expect(result.code).toBe(5);
    expect(result.json()).toMatchObject({ ok: false, mode: 'connect' });
    expect(result.error()).toMatchObject({ code: 'forbidden', exit: 5 });
    expect(workflowCommands(result.out)).toEqual([]);
    expect(annotationsIn(result)).toEqual([
      expect.stringMatching(
        /^vstoken test: mint failed \| .+\nhint: .+\ncode: forbidden \(exit 5\)$/,
      ),
    ]);
    expect(result.summary).toContain('<h3>vstoken test: \u274c failed</h3>');
    expect(result.summary).toContain('\u26aa skipped');
  });

  it('also annotates with --quiet, and with reports in files', async () => {
    const result = await inStep(
      '-q test --mode read --report junit=/r.xml --report github --report html=/r.html',
      ['mint:403'],
    );
    expect(annotationsIn(result)).toHaveLength(1);
    expect(Object.keys(result.files).sort()).toEqual(['/r.html', '/r.xml', '/summary']);
  });

  it('says that a workflow of a fork gets no secrets if the secret is empty', async () => {
    const env = { VOCALSTACK_API_KEY: '' };
    const result = await inStep('test --mode read --report github', [], { env });
    expect(result.code).toBe(4);
    expect(annotationsIn(result)).toEqual([expect.stringMatching(/ empty\.\nhint: .*fork/)]);
  });

  it('annotates each broken promise', async () => {
    const only = '--only reusable,one-time-once,tokens-long,readonly-reads';
    const faults = ['promise:reusable', 'promise:tokens-long'];
    const result = await inStep(`verify ${only} --json --report github`, faults);
    expect(result.code).toBe(9);
    expect(annotationsIn(result)).toEqual([
      expect.stringMatching(/^vstoken verify: reusable failed \| A reusable token/),
      expect.stringMatching(/^vstoken verify: tokens-long failed \| Tokens cannot be guessed: /),
    ]);
    expect(result.summary).toContain('2 passed, 2 failed, 0 skipped');
    expect(result.summary).toMatch(/Evidence of <code>reusable<\/code><\/summary><pre>promised: /);
    expect(result.json()).toMatchObject({ ok: false });
  });

  it('annotates a reason once if it prevented the tests of all promises', async () => {
    const result = await inStep('verify --report github', ['mint:403']);
    expect(result.code).toBe(5);
    expect(annotationsIn(result)).toEqual([expect.stringMatching(/^vstoken verify failed \| /)]);
  });

  it('also reports an interrupted run', async () => {
    const stop = new AbortController();
    const result = await inStep('test --report github', [], {
      signal: stop.signal,
      onStderr: (text) => {
        if (text.includes('connect')) stop.abort(new CliError('interrupted', 'Interrupted.'));
      },
    });
    expect(result.code).toBe(130);
    expect(annotationsIn(result)).toEqual([expect.stringContaining('Interrupted.')]);
    expect(result.summary).toContain('interrupted');
  });

  it.each([
    { GITHUB_ACTIONS: '' },
    { GITHUB_ACTIONS: 'false' },
    { GITHUB_STEP_SUMMARY: '' },
    { GITHUB_STEP_SUMMARY: undefined },
  ])('exits with 2 outside of Actions, before any request: %j', async (env) => {
    for (const command of ['test', 'verify']) {
      const result = await inStep(`${command} --json --report github`, [], { env });
      expect({ code: result.code, out: result.out }).toEqual({ code: 2, out: '' });
      expect(result.error().code).toBe('not_in_github_actions');
      expect(result.error().hint).toContain('junit=PATH');
      expect(result.server.stats().requests).toBe(0);
    }
  });

  it('fails before any request if the summary cannot be written', async () => {
    const env = { GITHUB_STEP_SUMMARY: '/read-only/summary' };
    const result = await inStep('test --json --report github', [], { env });
    expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: '' });
    expect(result.error()).toMatchObject({ code: 'output_unwritable' });
    expect(result.error().hint).toContain('GITHUB_STEP_SUMMARY');
    expect(result.server.stats().requests).toBe(0);
  });

  it('exits with 3 if the summary cannot be written at the end, unless the run failed', async () => {
    const env = { GITHUB_STEP_SUMMARY: '/lost/summary' };
    const late = await inStep('test --mode read --json --report github', [], { env });
    expect({ code: late.code, error: late.error().code }).toEqual({
      code: 3,
      error: 'output_unwritable',
    });
    expect(late.json()).toMatchObject({ ok: true });
    const failed = await inStep('test --mode read --report github', ['mint:403'], { env });
    expect(failed.code).toBe(5);
    expect(failed.err).toContain('warning: The summary of the step cannot be written.');
    expect(annotationsIn(failed)).toHaveLength(1);
  });

  it('does not change a full summary, and prints a warning', async () => {
    const files = { '/summary': 'x'.repeat(1024 * 1024 - 100) };
    const { code, err, summary } = await inStep('test --mode read --report github', [], { files });
    expect(code).toBe(0);
    expect(err).toContain('warning: This report is not in the summary of the step');
    expect(summary).toBe(files['/summary']);
  });

  it('never makes a summary larger than the maximum of GitHub', async () => {
    const files = { '/summary': 'x'.repeat(1024 * 1024 - 700) };
    const { summary } = await inStep('test --mode read --report github', [], { files });
    expect(String(summary)).toContain('Parts of this report are missing');
    expect(Buffer.byteLength(String(summary))).toBeLessThanOrEqual(1024 * 1024);
  });

  it('is rejected if it is given twice', async () => {
    const { code, err } = await inStep('test --report github --report github');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('same path') });
  });
});

const COMMANDS = [
  ...['::error::pwned', ' ::set-output name=a::b', '\u00a0::stop-commands::x', '##[error]pwned'],
  ...['x ##[add-mask]y', 'a\n::error::b', 'a\r::error::b', 'a\u2028::error::b', '\u0085::error::b'],
];
const HOSTILE = COMMANDS.join(' / ');

const refusing = (status: number): Hooks => ({
  onMint: (response) =>
    response
      .writeHead(status, { 'x-api-version': '1.1.0', 'retry-after': '0' })
      .end(JSON.stringify({ status: 'error', data: null, error: HOSTILE })),
});
const saying =
  (...messages: unknown[]) =>
  ({ send }: Peer) => {
    for (const message of messages) send(message);
  };
const timeline = COMMANDS.map((text, start) => ({ start, end: start + 1, text }));
const ANSWERS: readonly (readonly [string, Hooks])[] = [
  ['a refusal', refusing(403)],
  ['a failure', refusing(422)],
  ['a token', { token: '::error::##[error]x' }],
  [
    'a transcript',
    {
      onStart: saying(
        { status: 'processing', data: { id: HOSTILE, status: 'processing', timeline } },
        {
          status: 'done',
          data: { id: HOSTILE, status: 'done', timeline, summary: HOSTILE, keywords: COMMANDS },
        },
      ),
    },
  ],
  [
    'an error in the stream',
    { onStart: saying({ status: 'error', data: null, error: HOSTILE, http_code: 500 }) },
  ],
  ['the end of a session', { onHello: ({ socket }) => socket.close(4001, '::error::##[error]x') }],
  ['the name of a session', { onHello: saying({ session: HOSTILE }) }],
];
const LINES = [
  'test',
  'test --follow',
  'test --verbose',
  'test --json --verbose',
  'test --follow --json',
  'test --mode connect --quiet',
  'test --mode read --verbose',
  'mint --access readwrite --prove',
  'mint -o env',
  'mint -o curl --verbose',
  'mint --json --verbose',
  'mint --count 2',
  'exec --verbose -- true',
  'verify --only reusable,readwrite-session --verbose',
  'verify --only reusable,readwrite-session --json',
];

describe('S30 in a step of GitHub Actions, a service cannot send a command to the runner', () => {
  it.each(ANSWERS)('in %s', async (_, hooks) => {
    const service = await startService(hooks);
    running.push(service);
    const found: string[] = [];
    for (const line of LINES) {
      for (const options of [
        {},
        { terminal: 'all', columns: 40 },
        { terminal: 'stderr' },
      ] as const) {
        const env = { ...envFor(service), ...ACTIONS, VOCALSTACK_TEST_URL: 'https://x.invalid/a' };
        const result = await run(line, { env, clock: autoAdvancingClock().clock, ...options });
        const commands = workflowCommands(`${result.out}\n${result.err}`);
        found.push(...commands.map(({ name }) => `${line} ${JSON.stringify(options)}: ${name}`));
        if (result.code === 1) found.push(`${line}: exit 1`);
      }
    }
    expect(found).toEqual([]);
  });

  it.each(ANSWERS)('and a report has only its own annotation: %s', async (_, hooks) => {
    const service = await startService(hooks);
    running.push(service);
    const env = { ...envFor(service), ...ACTIONS, VOCALSTACK_TEST_URL: 'https://x.invalid/a' };
    const line = 'test --report github --expect nothing-like-it --verbose';
    const result = await run(line, { env, clock: autoAdvancingClock().clock });
    expect(result.code).toBeGreaterThan(1);
    expect(workflowCommands(`${result.out}\n${result.err}`)).toEqual([
      { name: 'error', properties: { title: expect.any(String) }, data: expect.any(String) },
    ]);
    const summary = String(result.files['/summary']);
    expect(summary.indexOf('\n\n')).toBe(summary.length - 2);
  });
});
