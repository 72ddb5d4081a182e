import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { envFor, type Running, runBinary, startBinary } from './support/run-binary';
import { plainLines, REDRAW, runInTerminal } from './support/terminal';

const TRANSCRIPT = 'A token is brief, so is this clip, and both are nearly over.';
const TOKEN_LINE = /^[\w-]{43}\n$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let server: Running;
let serverEnv: Readonly<Record<string, string>>;

async function startServer(): Promise<{ process: Running; url: string; apiKey: string }> {
  const process = startBinary(['sandbox', '--port', '0', '--json']);
  const [line] = await process.untilOut(/^.*\n/);
  const { url, api_key } = JSON.parse(line);
  return { process, url, apiKey: api_key };
}

beforeAll(async () => {
  const started = await startServer();
  server = started.process;
  serverEnv = envFor(started);
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.done;
});

describe('vstoken without a command', () => {
  it('prints only its version for --version', async () => {
    for (const flag of ['--version', '-V']) {
      expect(await runBinary([flag])).toEqual({
        code: 0,
        signal: null,
        out: `${version}\n`,
        err: '',
      });
    }
  });

  it('prints its help on standard output, as --help does', async () => {
    const bare = await runBinary([]);
    expect(bare).toMatchObject({ code: 0, err: '' });
    expect(bare.out).toMatch(/^Usage: vstoken /m);
    for (const command of ['mint', 'test', 'sandbox']) expect(bare.out).toContain(command);
    expect(await runBinary(['--help'])).toEqual(bare);
    expect(await runBinary(['help'])).toEqual(bare);
  });
});

/** The two ways to use a sandbox: in the program's own process (`--sandbox`), and in another process. */
const WAYS = [
  { way: 'its own sandbox', args: ['--sandbox'], isOwn: true },
  { way: 'a sandbox elsewhere', args: [], isOwn: false },
];
const SETTINGS = [
  { setting: 'a pipe', CI: null },
  { setting: 'a pipe with CI=1', CI: '1' },
  { setting: 'a terminal', CI: null },
  { setting: 'a terminal with CI=1', CI: '1' },
];
const CASES = WAYS.flatMap((way) => SETTINGS.map((setting) => ({ ...way, ...setting })));

/**
 * Runs the program in a setting. With `a pipe`, standard output and standard error are pipes. With `a terminal`, standard error
 * is a terminal, and standard output is a file.
 */
async function runIn(
  args: readonly string[],
  { setting, CI, isOwn }: (typeof CASES)[number],
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...(isOwn ? {} : serverEnv), ...(CI === null ? {} : { CI }) };
  if (setting.includes('pipe')) return runBinary(args, { env });
  const { code, out, screen } = await runInTerminal(args, 'file', { env });
  return { code, out, err: screen };
}

describe.concurrent('vstoken mint', needs('script'), () => {
  it.each(CASES)('prints only the token on stdout: $way, in $setting', async (given) => {
    const { code, out, err } = await runIn(['mint', ...given.args], given);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(TOKEN_LINE) });
    expect(err).not.toContain(out.trim());
    expect(err).not.toMatch(REDRAW);
    expect(err.includes('Minted: readonly, one-time, 10 s')).toBe(
      given.setting.includes('terminal'),
    );
    expect(err.includes('embedded sandbox')).toBe(given.isOwn);
  });

  it.each(CASES)('prints one JSON document with --json: $way, in $setting', async (given) => {
    const { code, out } = await runIn(['mint', '--json', ...given.args], given);
    expect(code).toBe(0);
    expect(out).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(out)).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      access: 'readonly',
      lifetime_s: 10,
      one_time: true,
      issued_at: expect.stringMatching(ISO_TIME),
      expires_at: expect.stringMatching(ISO_TIME),
      api_server: given.isOwn ? expect.any(String) : serverEnv['VOCALSTACK_API_SERVER'],
      profile: null,
      sandbox: given.isOwn,
    });
  });

  it('shows the token and its properties if both streams are a terminal', async () => {
    const { code, screen } = await runInTerminal(['mint'], 'terminal', { env: serverEnv });
    expect(code).toBe(0);
    const lines = plainLines(screen);
    expect(lines.filter((line) => /^[\w-]{43}$/.test(line))).toHaveLength(1);
    expect(lines.join(' ')).toMatch(/Minted: readonly.*tip:.*expires in 10 s/);
  });
});

describe.concurrent('vstoken test', needs('script'), () => {
  const steps = ['key', 'mint', 'connect', 'start', 'transcribe', 'expect'];

  it.each(CASES)('prints only the transcript on stdout: $way, in $setting', async (given) => {
    const { code, out, err } = await runIn(['test', ...given.args], given);
    expect({ code, out }).toEqual({ code: 0, out: `${TRANSCRIPT}\n` });
    const isLive = given.setting === 'a terminal';
    expect(REDRAW.test(err)).toBe(isLive);
    const shown = plainLines(err)
      .map((line) => /^(?:ok|✓)\s+(\w+)/.exec(line)?.[1])
      .filter((step) => step !== undefined);
    expect(shown.slice(-steps.length)).toEqual(steps);
    if (!isLive) expect(shown).toHaveLength(steps.length);
  });

  it.each(CASES)('prints one JSON document with --json: $way, in $setting', async (given) => {
    const { code, out } = await runIn(['test', '--json', ...given.args], given);
    expect(code).toBe(0);
    expect(out).toMatch(/^[^\n]+\n$/);
    const document = JSON.parse(out);
    expect(document).toMatchObject({
      ok: true,
      mode: 'transcribe',
      sandbox: given.isOwn,
      token: { access: 'readwrite', lifetime_s: 60, one_time: true },
      transcription: { status: 'done', text: TRANSCRIPT, segments: 3 },
      audio: { language: 'auto', max_duration_s: 15 },
    });
    expect(document.steps.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual(
      steps.map((name) => [name, true]),
    );
  });

  it('prints the transcript last if both streams are a terminal', async () => {
    const { code, screen } = await runInTerminal(['test'], 'terminal', { env: serverEnv });
    expect(code).toBe(0);
    expect(
      plainLines(screen)
        .filter((line) => line !== '')
        .at(-1),
    ).toBe(TRANSCRIPT);
  });

  it('sends one mint and one start to the sandbox', async () => {
    const sandbox = await startSandbox();
    try {
      expect((await runBinary(['test'], { env: envFor(sandbox) })).code).toBe(0);
      expect(sandbox.stats()).toMatchObject({ mints: 1, sessions: 1, starts: 1 });
      for (const mode of ['connect', 'read']) {
        const { code } = await runBinary(['test', '--mode', mode], { env: envFor(sandbox) });
        expect(code).toBe(0);
      }
      expect(sandbox.stats()).toMatchObject({ mints: 3, starts: 1 });
    } finally {
      await sandbox.close();
    }
  });
});

describe('vstoken sandbox', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s with exit code %i, and frees its port', async (signal, code) => {
    const { process, url, apiKey } = await startServer();
    process.child.kill(signal);
    expect(await process.done).toMatchObject({ code, signal: null });
    const { code: after, err } = await runBinary(['mint'], { env: envFor({ url, apiKey }) });
    expect({ after, err }).toEqual({
      after: 6,
      err: expect.stringContaining('connection_refused'),
    });
  });

  it('prints its address and its key on the first line', async () => {
    const process = startBinary(['sandbox', '--port', '0']);
    const [line, url = '', apiKey = ''] = await process.untilOut(
      /^Listening on (\S+) with the API key (\S+)\n/,
    );
    expect((await runBinary(['mint'], { env: envFor({ url, apiKey }) })).code).toBe(0);
    process.child.kill('SIGTERM');
    const { out, err } = await process.done;
    expect(out).toBe(line);
    expect(err).toMatch(/^\d\d:\d\d:\d\d GET \/security\/generate-token 200 \d+ ms$/m);
  });
});

describe('the file with the API key', () => {
  let sandbox: RunningSandbox;
  let folder: string;
  beforeAll(async () => {
    sandbox = await startSandbox();
    folder = mkdtempSync(join(tmpdir(), 'vstoken-key-'));
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it('may be a symbolic link to a file that everyone may read, with a final line break', async () => {
    writeFileSync(join(folder, 'key'), `${sandbox.apiKey}\n`);
    chmodSync(join(folder, 'key'), 0o444);
    symlinkSync('key', join(folder, 'link'));
    const env = {
      VOCALSTACK_API_SERVER: sandbox.url,
      VOCALSTACK_API_KEY: '',
      VOCALSTACK_API_KEY_FILE: join(folder, 'link'),
    };
    const { code, out, err } = await runBinary(['mint'], { env });
    expect({ code, out, err }).toEqual({
      code: 0,
      out: expect.stringMatching(TOKEN_LINE),
      err: '',
    });
    expect((await runBinary(['test'], { env })).code).toBe(0);
  });
});
