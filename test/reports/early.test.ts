import { afterEach, describe, expect, it } from 'vitest';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { systemClock } from '../../src/system/clock';
import { leaksOf } from '../e2e/support/encodings';
import { envFor, type RunOptions, run } from '../support/run';
import { configDirWith } from '../support/stored';
import { workflowCommands } from '../support/workflow-commands';

const running: SandboxServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const STEP = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/summary' };
const ALL = '--report junit=/r.xml --report html=/r.html --report github';

/**
 * Runs a command line with all kinds of reports, as in a step of GitHub Actions. The environment contains the address and the key
 * of a sandbox.
 */
async function fail(line: string, { env, ...options }: RunOptions = {}) {
  const server = await startSandbox({ port: 0, clock: systemClock() });
  running.push(server);
  const result = await run(`${line} ${ALL}`, {
    ...options,
    env: { ...envFor(server), ...STEP, ...env },
  });
  const text = (path: string) => String(result.files[path]);
  return { ...result, server, xml: text('/r.xml'), html: text('/r.html'), text };
}

const NO_SCHEME = { VOCALSTACK_API_SERVER: 'api.vocalstack.com' };

describe('a failure before the first step is in every report', () => {
  it.each([
    ['test', { env: NO_SCHEME }, 2, 'invalid_server'],
    ['test --mode connect --api-server ftp://x', {}, 2, 'invalid_server'],
    ['verify', { env: NO_SCHEME }, 2, 'invalid_server'],
    ['test --sandbox --profile a', {}, 2, 'conflicting_options'],
    ['test', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0', VOCALSTACK_API_SERVER: '' } }, 3, ''],
    ['test', { env: { VOCALSTACK_TIMEOUT: 'soon' } }, 2, 'invalid_value'],
    ['test --mode fast', {}, 2, 'invalid_value'],
    ['test --one-time=false', {}, 2, 'invalid_value'],
    ['test --mode read --expect x', {}, 2, 'conflicting_options'],
    ['test --unknown', {}, 2, 'unknown_option'],
    ['test a b', {}, 2, 'invalid_arguments'],
    ['test ftp://example.com/a.wav', {}, 2, 'invalid_value'],
    ['test --file missing.wav', {}, 2, 'audio_file_unusable'],
    ['test --use-token', {}, 4, 'no_token'],
    ['verify --only nothing', {}, 2, 'invalid_value'],
    ['verify --only work-outlives-token', {}, 2, 'conflicting_options'],
  ] as const)('if the command line is %s with %j', async (line, options, exit, wanted) => {
    const result = await fail(line, options);
    const code = wanted || 'tls_verification_disabled';
    expect({ code: result.code, err: result.err }).toEqual({
      code: exit,
      err: expect.stringContaining(`code:  ${code} (exit ${exit})`),
    });
    const message = /^error: (.*)$/m.exec(result.err)?.[1]?.slice(0, 20) ?? 'no message';
    expect(result.xml).toMatch(/<testsuite [^>]*tests="1" failures="1" errors="0" skipped="0"/);
    expect(result.xml).toContain(`name="start" time="0.000"><failure type="${code}"`);
    expect(result.xml).toContain(`code: ${code} (exit ${exit})</failure>`);
    expect(result.html).toContain(message.slice(0, 8));
    expect(result.html).toContain(
      `Error code <code>${code}</code>, exit code <code>${exit}</code>`,
    );
    expect(workflowCommands(result.err)).toEqual([
      {
        name: 'error',
        properties: { title: expect.stringContaining(' failed') },
        data: expect.stringContaining(`code: ${code}`),
      },
    ]);
    expect(result.text('/summary')).toContain(`code: ${code} (exit ${exit})`);
    expect(result.server.stats().requests).toBe(0);
  });

  it('also with --json and --quiet, and nothing else is printed', async () => {
    const { code, out, error, xml } = await fail('test --json --quiet --mode fast');
    expect({ code, out, error: error().code }).toEqual({
      code: 2,
      out: '',
      error: 'invalid_value',
    });
    expect(xml).toContain('invalid_value');
  });

  it('if another report is invalid or cannot be written', async () => {
    const bad = await run('test --report junit=/r.xml --report bogus=/x');
    expect(bad.code).toBe(2);
    expect(bad.files).toEqual({ '/r.xml': expect.stringContaining('--report must be junit=PATH') });
    const twice = await run('test --report junit=/r.xml --report html=/r.xml');
    expect(twice.files).toEqual({ '/r.xml': expect.stringContaining('conflicting_options') });
    const lost = await run('test --report junit=/read-only/r.xml --report html=/r.html', {
      env: NO_SCHEME,
    });
    expect(lost.code).toBe(2);
    expect(lost.err).toContain('warning: The junit report cannot be written.');
    expect(lost.files).toEqual({ '/r.html': expect.stringContaining('invalid_server') });
    const elsewhere = await run('verify --report github --report junit=/r.xml');
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.files['/r.xml']).toContain('type="not_in_github_actions"');
  });

  it('but a command line with --help, or of another command, writes no report', async () => {
    expect((await run('test --help --report junit=/r.xml')).files).toEqual({});
    const { code, files } = await run('mint --report junit=/r.xml');
    expect({ code, files }).toEqual({ code: 2, files: {} });
  });

  it('S19 S23 without any text of the command line or the environment', async () => {
    const secret = 'CanaryKey/5d2+8x&%41=z';
    const env = {
      VOCALSTACK_API_KEY: secret,
      VOCALSTACK_AUTH_TOKEN: secret,
      VOCALSTACK_API_SERVER: `https://u:${secret}@host/?q=${secret}`,
    };
    const lines = [
      ...['test', 'verify', `test --mode ${secret}`, `test --${secret}`, `test --mode=${secret}`],
      ...[`test ${secret} b`, `test --language ${secret}`, `test --timeout ${secret}`],
      ...[`test --api-server ${secret}`, `test --profile ${secret}`, `verify --only ${secret}`],
      ...[`test --report ${secret}`, `test --client ${secret}`, `test --file ${secret}`],
    ];
    for (const line of lines) {
      const { code, out, err, files } = await run(`${line} ${ALL}`, { env: { ...env, ...STEP } });
      expect(code).toBeGreaterThan(1);
      expect(Object.keys(files)).toEqual(['/r.xml', '/r.html', '/summary']);
      const all = [out, err, ...Object.values(files)].join('\n');
      expect({ line, leaks: leaksOf(secret, all) }).toEqual({ line, leaks: [] });
    }
  });
});

describe('two JUnit reports of one job have different names', () => {
  /** Returns the names by which readers of JUnit files distinguish reports and cases. */
  async function namesOf(line: string, options: RunOptions = {}) {
    const { files } = await run(`${line} --report junit=/r.xml`, options);
    const xml = String(files['/r.xml']);
    return {
      suite: /<testsuite name="([^"]*)"/.exec(xml)?.[1],
      class: /<testcase classname="([^"]*)"/.exec(xml)?.[1],
    };
  }

  it('for different modes, and the names do not contain the random port of a sandbox', async () => {
    expect(await namesOf('test --sandbox --mode connect')).toEqual({
      suite: 'Test transcription (connect, sandbox)',
      class: 'vstoken.test.connect, sandbox',
    });
    expect(await namesOf('test --sandbox --mode read')).toEqual({
      suite: 'Test transcription (read, sandbox)',
      class: 'vstoken.test.read, sandbox',
    });
  });

  it('for different servers and profiles', async () => {
    const server = await startSandbox({ port: 0, clock: systemClock() });
    running.push(server);
    const configDir = configDirWith(server, ['staging', 'ci.eu']);
    const host = new URL(server.url).host.replaceAll('.', '_');
    for (const [profile, shown] of [
      ['staging', 'staging'],
      ['ci.eu', 'ci_eu'],
    ]) {
      expect(await namesOf(`test --mode read --profile ${profile}`, { configDir })).toEqual({
        suite: `Test transcription (read, ${server.url}, profile ${profile})`,
        class: `vstoken.test.read, ${host}, profile ${shown}`,
      });
    }
    const { suite } = await namesOf('verify --only transport --profile staging', { configDir });
    expect(suite).toBe(`Promises about auth tokens (${server.url}, profile staging)`);
  });

  it('and the same names if the run fails before its first step', async () => {
    expect(await namesOf('test --sandbox --mode connect --language !')).toEqual({
      suite: 'Test transcription (connect, sandbox)',
      class: 'vstoken.test.connect, sandbox',
    });
    expect(await namesOf('test --timeout soon --api-server https://api.example.com/x')).toEqual({
      suite: 'Test transcription (transcribe, https://api.example.com)',
      class: 'vstoken.test.transcribe, api_example_com',
    });
  });
});
