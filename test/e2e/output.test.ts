import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { run } from '../support/run';
import { envFor, errorIn, runBinary, startBinary, startShell } from './support/run-binary';
import { progressOf, sendJson, startService } from './support/service';

let sandbox: RunningSandbox;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = envFor(sandbox);
});
afterAll(() => sandbox.close());

describe.concurrent('S50 output that cannot be written', () => {
  it.each([
    ['--version'],
    ['--help'],
    [''],
    ['help mint'],
    ['mint'],
    ['mint --json'],
    ['mint -o env'],
    ['test'],
    ['test --json'],
    ['test --mode connect'],
    ['explain'],
    ['explain token_spent --json'],
    ['sandbox --port 0'],
    ['sandbox --port 0 --json'],
    ['serve --port 0 --sandbox'],
    ['serve --port 0 --sandbox --json'],
  ])('makes vstoken %s > /dev/full exit with 3', async (line) => {
    const full = openSync('/dev/full', 'w');
    try {
      const args = line.split(' ').filter((word) => word !== '');
      const result = await runBinary(args, { env, stdout: full });
      expect(result.code).toBe(3);
      if (line.includes('--json')) expect(errorIn(result).code).toBe('output_unwritable');
      else expect(result.err).toContain('code:  output_unwritable (exit 3)\n');
    } finally {
      closeSync(full);
    }
  });

  it('is ignored if it is standard error', async () => {
    const full = openSync('/dev/full', 'w');
    try {
      for (const args of [['mint'], ['test'], ['test', '--verbose'], ['mint', '--sandbox']]) {
        const { code, out } = await runBinary(args, { env, stderr: full });
        expect({ args, code }).toEqual({ args, code: 0 });
        expect(out).not.toBe('');
      }
    } finally {
      closeSync(full);
    }
  });
});

describe('S50 a reader that closes the pipe early', () => {
  it.each([
    '--help',
    'help test',
    'explain',
    'mint --sandbox',
    'test --sandbox --json',
    '--version',
  ])('causes no error: vstoken %s | head -1', async (line) => {
    const script = `vstoken ${line} | head -1 >&2; exit "\${PIPESTATUS[0]}"`;
    const { code, err } = await startShell('bash', script, { env }).done;
    expect([0, 141]).toContain(code);
    expect(err).not.toMatch(/EPIPE|^ +at |error:/m);
  });

  it.each(['--version', '--help', 'help mint', 'mint --nope', 'mint --sandbox'])(
    'before the output does not change how vstoken %s ends',
    async (line) => {
      const program = startBinary(line.split(' '), { isUnread: true });
      program.child.stdout?.destroy();
      const { code, err } = await program.done;
      expect(line.includes('--nope') ? [2] : [0, 141]).toContain(code);
      expect(err).not.toMatch(/EPIPE|^ +at |output_unwritable/m);
    },
  );

  it.each([
    'mint',
    'mint --json',
    'test https://example.com/a.wav',
    'test https://example.com/a.wav --json',
  ])('before the output causes no error: vstoken %s', async (line) => {
    let whenAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      whenAsked = resolve;
    });
    let answer: () => void = () => undefined;
    const service = await startService({
      onMint: (response) => {
        answer = () => sendJson(response, 200, { status: 'done', data: 'token-1' });
        whenAsked();
      },
    });
    const program = startBinary(line.split(' '), { env: envFor(service) });
    await program.meanwhile(asked);
    const { stdout } = program.child;
    await new Promise<void>((resolve) => stdout?.once('close', resolve).destroy());
    answer();
    const { code, err } = await program.done;
    expect([0, 141]).toContain(code);
    expect(err).not.toMatch(/EPIPE|^ +at |error/m);
    await service.close();
  });
});

/** A character that is printed as six characters, in text and in JSON. It makes the output as long as possible. */
const SEPARATOR = '\u2028';
const LONG_TEXT = `${SEPARATOR}x`.repeat(250_000);

describe('S51 a megabyte of output', () => {
  it.each([
    { line: 'test', expected: `${LONG_TEXT.trim().replaceAll(SEPARATOR, '\\u2028')}\n` },
    { line: 'test --json', expected: null },
  ])(
    'of vstoken $line arrives completely in a pipe that is read late',
    async ({ line, expected }) => {
      const service = await startService({
        onStart: ({ send }) => send(progressOf('done', LONG_TEXT)),
      });
      // When the test begins to read, the pipe to `cat` and the pipe from `cat` are full.
      const script = `vstoken ${line} https://example.com/a.wav | cat; exit "\${PIPESTATUS[0]}"`;
      const program = startShell('bash', script, { env: envFor(service), isUnread: true });
      await program.meanwhile(service.until(() => service.closes.length === 1));
      program.readOn();
      const { code, out } = await program.done;
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(1_000_000);
      if (expected === null) {
        expect(JSON.parse(out).transcription.text === LONG_TEXT.trim()).toBe(true);
        expect(out.includes(SEPARATOR)).toBe(false);
      } else {
        expect(out === expected).toBe(true);
      }
      await service.close();
    },
  );
});

describe('S51 half a megabyte of standard error', () => {
  it('arrives completely, although it is read only at the end', async () => {
    const line = ['mint', '--count', '5000', '--verbose'];
    // This service is simpler than the sandbox, which would be too slow for 5000 requests.
    const service = await startService();
    const program = startBinary(line, { env: envFor(service), isErrUnread: true });
    await program.untilOut(/^(\S+\n){5000}$/);
    program.readOn();
    const { code, err } = await program.done;
    expect(code).toBe(0);
    expect(err.length).toBeGreaterThan(400_000);
    expect(err.match(/^\* GET .*\n/gm)).toHaveLength(5000);
    await service.close();
  });
});

interface JsonLine {
  readonly line: string;
  readonly code: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly how?: keyof typeof RUNS;
}

/** Functions that run the program until it ends, in this process or in its own process. */
const RUNS = {
  here: (args: readonly string[], variables: Readonly<Record<string, string>>) =>
    run(args, { env: variables, stdin: '' }),
  spawned: (args: readonly string[], variables: Readonly<Record<string, string>>) =>
    runBinary(args, { env: variables }),
};

describe.concurrent('S29 standard output with --json', () => {
  const noKey = { VOCALSTACK_API_KEY: '' };
  it.each<JsonLine>([
    { line: 'mint --json', code: 0 },
    { line: 'mint --json --verbose', code: 0, how: 'spawned' },
    { line: '--json mint', code: 0 },
    { line: 'mint -o json', code: 0 },
    { line: 'test --json', code: 0 },
    { line: 'test --json --verbose', code: 0 },
    { line: 'test --mode connect --json', code: 0 },
    { line: 'test --mode read --json', code: 0 },
    { line: 'test --expect somethingelse --json', code: 8 },
    { line: 'test --json', code: 4, env: noKey, how: 'spawned' },
  ])('of vstoken $line is exactly one JSON document (exit $code)', async (given) => {
    const result = await RUNS[given.how ?? 'here'](given.line.split(' '), {
      ...env,
      ...given.env,
    });
    expect(result.code).toBe(given.code);
    expect(result.out).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(result.out)).toEqual(expect.any(Object));
    if (given.code !== 0) expect(errorIn(result).exit).toBe(given.code);
  });

  it.each<JsonLine>([
    { line: 'mint --json', code: 4, env: noKey, how: 'spawned' },
    { line: 'mint --json --lifetime 0', code: 2 },
    { line: 'mint --json --nope', code: 2 },
    { line: 'nope --json', code: 2 },
    { line: 'sandbox --json --fail nope', code: 2 },
    { line: 'test --json --timeout 0', code: 2 },
  ])('of vstoken $line is empty if the command fails (exit $code)', async (given) => {
    const result = await RUNS[given.how ?? 'here'](given.line.split(' '), {
      ...env,
      ...given.env,
    });
    expect(result).toMatchObject({ code: given.code, out: '' });
    expect(errorIn(result)).toMatchObject({
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.any(String),
      exit: given.code,
    });
  });
});
