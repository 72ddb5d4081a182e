import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { run } from '../support/run';
import { type SdkBehaviour, sdkProject } from '../support/sdk-project';
import { runUntil } from '../support/sdk-run';
import { findCanaries } from './support/canary';
import {
  envFor,
  errorIn,
  type Result,
  runBinary,
  type SpawnOptions,
  startBinary,
} from './support/run-binary';
import { type Service, sendJson, startService } from './support/service';

const CLIP_TEXT = 'A token is brief, so is this clip, and both are nearly over.';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('the built program with an SDK that misbehaves', () => {
  const noisy = sdkProject({ noisy: true });
  const options = (): SpawnOptions => ({ cwd: noisy.folder, env: envFor(sandbox) });

  it("mints, names the SDK's folder, and prints nothing of the SDK on standard output", async () => {
    const { code, out, err } = await runBinary(['mint', '--client', 'sdk'], options());
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
    expect(err).toBe(`note: SDK: @vocalstack/js-sdk 1.1.0, in ${noisy.path}\n`);
  });

  it('transcribes, and exits although the SDK has a timer', async () => {
    const { code, out } = await runBinary(['test', '--client', 'sdk'], options());
    expect({ code, out }).toEqual({ code: 0, out: `${CLIP_TEXT}\n` });
  });

  it('works with the sandbox of the same command', async () => {
    const words = ['test', '--client', 'sdk', '--sandbox', '--quiet'];
    const { code, out, err } = await runBinary(words, { cwd: noisy.folder });
    expect({ code, out, err }).toEqual({ code: 0, out: `${CLIP_TEXT}\n`, err: '' });
  });

  it('loads an SDK that only supports import and has a top-level await', async () => {
    const { folder } = sdkProject({}, 'module');
    const line = 'test --client sdk --mode connect --json';
    const { code, out } = await run(line, { cwd: folder, env: envFor(sandbox) });
    expect({ code, ok: JSON.parse(out).ok }).toEqual({ code: 0, ok: true });
  });
});

describe('S33 a server on this machine', () => {
  it('gets the key from the SDK directly, whatever proxy Node.js is set to use', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(502).end();
    });
    proxy.on('connect', ({ url }, socket) => {
      asked.push(url);
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const env = {
      ...envFor(sandbox),
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: address,
      http_proxy: address,
    };
    const { folder } = sdkProject();
    const { code } = await runBinary(['mint', '--client', 'sdk'], { cwd: folder, env });
    proxy.close();
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
  });
});

describe('S36 the SDK of a folder', () => {
  // This fake SDK writes a file when it is loaded. `runBinary` fails if a run leaves a file, so a test fails if vstoken loads the
  // SDK.
  const { folder } = sdkProject({ loads: 'mark' });

  it.each([['mint'], ['mint --client builtin'], ['test --mode read'], ['status']])(
    'is not loaded by vstoken %s',
    async (line) => {
      const options = { cwd: folder, env: envFor(sandbox) };
      expect(await runBinary(line.split(' '), options)).toMatchObject({ code: 0 });
    },
  );

  it('leaves a file when it is loaded, so that the tests above would fail', async () => {
    const options = { cwd: folder, env: envFor(sandbox) };
    await expect(runBinary(['mint', '--client', 'sdk'], options)).rejects.toThrow('loaded');
  });
});

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';

describe('S19 the output of the SDK', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ token: TOKEN });
  });
  afterAll(() => service.close());

  const SDK_BEHAVIOURS: readonly SdkBehaviour[] = [
    {},
    { hangs: 'answered' },
    { later: 'throw' },
    { later: 'reject' },
  ];
  const LINES = ['mint', 'test --mode connect'];
  const RUNS = SDK_BEHAVIOURS.flatMap((behaviour) =>
    ['', '--json --verbose'].flatMap((mode) => LINES.map((line) => ({ behaviour, line, mode }))),
  );
  const env = () => ({ VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY });
  const withSdk = (line: string, mode: string) =>
    `${line} --client sdk --timeout 12s ${mode}`.trim().split(' ');

  function expectNoSecret(result: Pick<Result, 'code' | 'out' | 'err'>, line: string): void {
    expect(result.code).not.toBe(1);
    const canaries = [
      { name: 'key', secret: KEY },
      { name: 'token', secret: TOKEN, mayBeIn: line.startsWith('mint') ? ['out'] : [] },
    ];
    expect(findCanaries(result, [], canaries)).toEqual([]);
  }

  it.each(RUNS)(
    'shows no secret: $behaviour: vstoken $line $mode',
    async ({ behaviour, line, mode }) => {
      const { folder } = sdkProject({ noisy: true, ...behaviour });
      const options = { cwd: folder, env: env() };
      const words = withSdk(line, mode);
      const result = behaviour.hangs
        ? await runUntil(words, { shown: /^in it: /, passes: 12_000 }, options)
        : await run(words, options);
      expectNoSecret(result, line);
      if (mode === '') expect(result.err).not.toContain('SDK prints');
    },
  );

  it.each(LINES)('shows no secret in the built program: vstoken %s', async (line) => {
    const { folder } = sdkProject({ noisy: true });
    const result = await runBinary(withSdk(line, '--json --verbose'), { cwd: folder, env: env() });
    expect(result.err).toContain('SDK prints: ');
    expectNoSecret(result, line);
  });

  it('shows no secret of a refusal that repeats the key', async () => {
    const refusing = await startService({
      token: TOKEN,
      onMint: (response, { headers }) =>
        sendJson(response, 401, { status: 'error', data: null, error: headers.authorization }),
    });
    const { folder } = sdkProject({ noisy: true });
    const env = { VOCALSTACK_API_SERVER: refusing.url, VOCALSTACK_API_KEY: KEY };
    const watch = { shown: /generate-token -> 401/, passes: 2000 };
    const line = 'mint --client sdk --json --verbose';
    const result = await runUntil(line, watch, { cwd: folder, env });
    await refusing.close();
    expect(errorIn(result)).toMatchObject({ code: 'key_refused', exit: 4 });
    expect(findCanaries(result, [], [{ name: 'key', secret: KEY }])).toEqual([]);
  });
});

/** Returns the ids of the processes whose command line or environment contains a text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return ['cmdline', 'environ'].some((file) =>
        readFileSync(`/proc/${name}/${file}`, 'latin1').includes(text),
      );
    } catch {
      return false;
    }
  });
}

/**
 * Whether a process is a zombie: it has ended, but its parent has not read its exit code. False if the process is not in /proc.
 */
function isUnreaped(pid: string): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

const isAlive = (pid: string) => {
  try {
    process.kill(Number(pid), 0);
  } catch {
    return false;
  }
  return !isUnreaped(pid);
};

async function untilGone(pid: string): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the process of the SDK', () => {
  const PID = /SDK prints: loaded by process (\d+)/;
  const STARTED = /SDK prints: started process (\d+)/;
  const hanging = (behaviour: SdkBehaviour = { hangs: 'rest' }) =>
    startBinary(['test', '--client', 'sdk', '--verbose', '--token-stdin', '--mode', 'read'], {
      cwd: sdkProject(behaviour).folder,
      env: { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: 'a-key-of-the-environment' },
      stdin: 'a-token-on-standard-input',
    });

  it('has no key and no token in its environment or on its command line', async () => {
    const running = hanging();
    const [, pid = ''] = await running.untilErr(PID);
    await running.untilErr(/SDK prints: settings/);
    expect(processesWith('a-key-of-the-environment')).not.toContain(pid);
    expect(processesWith('a-token-on-standard-input')).toEqual([]);
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 143 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends after %s, even if it ignores signals', async (signal, code) => {
    const running = hanging();
    const [, pid = ''] = await running.untilErr(PID);
    await running.untilErr(/SDK prints: settings/);
    running.child.kill(signal);
    expect(await running.done).toMatchObject({ code });
    expect(isAlive(pid)).toBe(false);
  });

  it('ends even if the SDK blocks it', async () => {
    const running = hanging({ later: 'spin' });
    const [, pid = ''] = await running.untilErr(PID);
    await running.untilErr(/SDK prints: settings/);
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 143 });
    expect(isAlive(pid)).toBe(false);
  });

  it.each([{}, { later: 'spin' }] as const)(
    'ends with all processes that it has started when the program is killed (%j)',
    async (behaviour) => {
      const running = hanging({ hangs: 'rest', starts: 'program', ...behaviour });
      const [, pid = ''] = await running.untilErr(PID);
      const [, started = ''] = await running.untilErr(STARTED);
      await running.untilErr(/SDK prints: settings/);
      running.child.kill('SIGKILL');
      await running.done;
      await untilGone(pid);
      await untilGone(started);
    },
  );

  it.each([
    [{}, 0],
    [{ later: 'exit', hangs: 'rest' }, 7],
  ] as const)('leaves no process that it has started (%j)', async (behaviour, code) => {
    const { folder } = sdkProject({ starts: 'program', ...behaviour });
    const options = { cwd: folder, env: envFor(sandbox) };
    const result = await runBinary(['mint', '--client', 'sdk', '--verbose'], options);
    expect(result.code).toBe(code);
    await untilGone(STARTED.exec(result.err)?.[1] ?? '');
  });
});
