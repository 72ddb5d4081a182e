import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalOptions } from '../src/cli/globals';
import { COMMANDS } from '../src/commands/index';
import type { Context } from '../src/context/context';
import type { CertificateFile } from '../src/context/probes';
import { ERROR_CODES, exitCodeOf } from '../src/core/error-codes';
import { CliError } from '../src/core/errors';
import { secret } from '../src/core/secret';
import { type SandboxServer, startSandbox } from '../src/sandbox/server';
import { type FakeClock, fakeClock, systemClock } from '../src/system/clock';
import { fakeProbes } from '../src/system/fake-probes';
import { leaksOf } from './e2e/support/encodings';
import { OPTION_LINES } from './support/option-lines';
import { FUZZ_RUNS, fc } from './support/properties';
import { type RunOptions, run, splitWords } from './support/run';
import { configDirWith } from './support/stored';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';
const PASSPHRASE = 'Canary passphrase/7+8&%41=z"Qw';
const WORD = 'CanaryWord/9f+&%41=z"Ry\\7(end';
const PROXY_PASSWORD = 'CanaryProxy-8e71b0d2c3f4';
const SECRETS = [KEY, TOKEN, PASSPHRASE, WORD, PROXY_PASSWORD];
/** URL of a proxy. Nothing listens at its port. */
const PROXY = `http://person:${PROXY_PASSWORD}@127.0.0.1:9`;

const CA_FILE = '/ca.pem';

/** The exit code of every program that `exec` starts in this test. */
const CHILD_EXIT = 77;
const EXITS = new Set([0, CHILD_EXIT, ...ERROR_CODES.map(exitCodeOf)]);

let server: SandboxServer;
let words: fc.Arbitrary<readonly string[]>;
beforeAll(async () => {
  server = await startSandbox({ port: 0, apiKey: secret(KEY), clock: systemClock() });
  words = await commandLines();
});
afterAll(() => server.close());

/** Words that people hardly ever write on a command line. */
const unusual = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  fc.constantFrom('', ' ', '-', '--', '---', '-1', '-0.5', '=', '--=', '__proto__', 'constructor'),
  fc.constantFrom('\0', '\n', '\r\n::add-mask::x', '\x1b]52;c;QQ==\x07', '\u202e', '\ud800', '☃️'),
  fc.constantFrom('x'.repeat(10_000), '-'.repeat(5000), `--${'y'.repeat(5000)}`, '9'.repeat(400)),
);

/** Words that are valid for some option or some argument. */
const valid = fc.constantFrom(
  '0',
  '1',
  '2',
  '10',
  '10s',
  '2m',
  '500ms',
  '1h',
  '999999999',
  '1e3',
  '0x10',
  'true',
  'false',
  'readonly',
  'readwrite',
  'text',
  'json',
  'env',
  'dotenv',
  'fish',
  'cmd',
  'curl',
  'github',
  'read',
  'connect',
  'transcribe',
  'default',
  'other',
  'plaintext',
  'keychain',
  'passphrase',
  'list',
  'get',
  'set',
  'unset',
  'use',
  'rename',
  'path',
  'lifetime',
  'one_time',
  'ledger',
  'off',
  'junit=/report.xml',
  'html=/report.html',
  'junit=',
  'html=/read-only/a',
  '/clip.wav',
  '/key',
  'http://127.0.0.1:1',
  'http://localhost:1/a.wav',
  'https://user:pass@127.0.0.1:1/',
  'nope://',
  'reusable',
  'one-time-once,no-query',
  'token_spent',
  '7',
  'mint:503',
  '60/min',
  '/token',
  'de',
);

const value = fc.oneof(
  { weight: 5, arbitrary: valid },
  { weight: 3, arbitrary: unusual },
  { weight: 1, arbitrary: fc.constantFrom(WORD, `x=${WORD}`, ` ${WORD}`, `${WORD}\n`) },
);

/** Words with which a user could put a secret on the command line by mistake. */
const SECRET_WORDS: readonly (readonly string[])[] = [
  [WORD],
  ['--', 'true', WORD],
  [`--api-key=${WORD}`],
  ['--api-key', WORD],
  [`-k${WORD}`],
  [`--${WORD}`],
  [`--token=${WORD}`, '-v'],
  [`--json=${WORD}`],
];

/** Generates command lines from the examples and options of all commands, mixed with invalid words. */
async function commandLines(): Promise<fc.Arbitrary<readonly string[]>> {
  const lines = await Promise.all(
    COMMANDS.map(async ({ name, load }) => {
      const command = await load();
      const specs = Object.values({ ...command.options, ...globalOptions(command) });
      const named = specs.flatMap(({ flags, takesValue }) =>
        Object.keys(flags).flatMap((each) =>
          (each.match(/--?[a-z-]+/g) ?? []).map((name) => ({ name, takesValue })),
        ),
      );
      const option = fc.constantFrom(...named);
      const flag = fc.constantFrom(...named.map((each) => each.name), '-h', '-V');
      const word = fc.oneof(
        {
          weight: 10,
          arbitrary: fc
            .tuple(option, valid)
            .map(([each, text]) => (each.takesValue ? [each.name, text] : [each.name])),
        },
        { weight: 1, arbitrary: fc.tuple(flag, value) },
        { weight: 1, arbitrary: flag.map((each) => [each]) },
        { weight: 1, arbitrary: fc.tuple(flag, value).map(([a, b]) => [`${a}=${b}`]) },
        { weight: 1, arbitrary: value.map((each) => [each]) },
        { weight: 1, arbitrary: unusual.map((each) => [`--${each}`]) },
        { weight: 2, arbitrary: fc.constantFrom(...SECRET_WORDS) },
      );
      // The examples in the help are valid command lines. Some of them are changed so that they become invalid.
      const lines = [...command.examples.map(({ line }) => line), ...(OPTION_LINES[name] ?? [])];
      const shown = lines.map((line) =>
        splitWords(line.replace(/^.*?vstoken /, '').replace(/ [|>].*$/, '')),
      );
      const example = fc
        .tuple(fc.constantFrom(...shown), fc.array(word, { maxLength: 2 }), fc.nat(20))
        .map(([base, parts, at]) => [
          ...base.slice(0, at + 1),
          ...parts.flat(),
          ...base.slice(at + 1),
        ]);
      const parts = fc.array(word, { maxLength: 4 });
      return fc.oneof(
        example,
        parts.map((each) => [name, ...each.flat()]),
      );
    }),
  );
  const lead = fc.oneof(
    fc.constant([]),
    unusual.map((each) => [each]),
    fc.constant(['help']),
    fc.constant(['--verbose', '-q']),
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.oneof(...lines) },
    { weight: 2, arbitrary: fc.tuple(lead, fc.oneof(...lines)).map(([a, b]) => [...a, ...b]) },
    { weight: 1, arbitrary: fc.array(value, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(...SECRET_WORDS) },
  );
}

const variable = (name: string, ...usual: readonly string[]) =>
  [
    name,
    fc.option(
      fc.oneof(
        { weight: 3, arbitrary: usual.length > 0 ? fc.constantFrom(...usual) : value },
        { weight: 1, arbitrary: value },
      ),
      { nil: undefined },
    ),
  ] as const;

const environments = () =>
  fc.record(
    Object.fromEntries([
      variable('VOCALSTACK_API_SERVER', server.url),
      variable('VOCALSTACK_API_KEY', KEY),
      variable('VOCALSTACK_API_KEY_FILE', '/key', '/nowhere'),
      variable('VOCALSTACK_AUTH_TOKEN', TOKEN, `Bearer ${TOKEN}`),
      variable('VOCALSTACK_PASSPHRASE', PASSPHRASE),
      variable('VOCALSTACK_PASSPHRASE_FILE', '/nowhere'),
      variable('VOCALSTACK_PROFILE', 'default'),
      variable('VOCALSTACK_TIMEOUT', '5s', '-1'),
      variable('VOCALSTACK_TEST_URL'),
      variable('CI', '', '1'),
      variable('TERM', 'dumb', 'xterm-256color'),
      variable('NO_COLOR', '', '1'),
      variable('FORCE_COLOR', '0', '3'),
      variable('HOME', '/nonexistent', ''),
      variable('GITHUB_ACTIONS', 'true'),
      variable('GITHUB_OUTPUT', '/output', '/read-only/output'),
      variable('GITHUB_ENV', '/env'),
      variable('GITHUB_STEP_SUMMARY', '/summary', '/read-only/summary'),
      variable('https_proxy', PROXY, `socks5://${PROXY_PASSWORD}@127.0.0.1`),
      variable('HTTP_PROXY', PROXY, `${PROXY}/#${PROXY_PASSWORD}`),
      variable('ALL_PROXY', PROXY),
      variable('NO_PROXY', '*', 'localhost,127.0.0.1', 'https://127.0.0.1'),
      variable('VOCALSTACK_PROXY_LOOPBACK', '1'),
      variable('SSL_CERT_FILE', CA_FILE, '/nowhere'),
      variable('NODE_EXTRA_CA_CERTS', CA_FILE, '/nowhere'),
      variable('NODE_TLS_REJECT_UNAUTHORIZED', '0', '1'),
    ]),
  );

interface Try {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly terminal: 'none' | 'stderr' | 'all';
  readonly stdin: string | undefined;
  readonly isStored: boolean;
}

const tries = (): fc.Arbitrary<Try> =>
  fc.record({
    argv: words,
    env: environments(),
    json: fc.boolean(),
    terminal: fc.constantFrom('none', 'stderr', 'all'),
    stdin: fc.constantFrom(undefined, '', TOKEN, KEY, '{"a":'),
    isStored: fc.boolean(),
  });

/** Returns a context that connects only to this machine, starts no program, and cancels every prompt. */
function confine(built: Context): Context {
  const refuse = ({ hostname }: URL) => {
    if (hostname === '127.0.0.1' || hostname === 'localhost') return;
    throw new CliError('dns_failed', 'The name could not be resolved.');
  };
  const nobody = async () => {
    throw new CliError('interrupted', 'Interrupted.');
  };
  return {
    ...built,
    http: {
      ...built.http,
      async send(request) {
        refuse(request.url);
        return built.http.send(request);
      },
    },
    async connect(url, options) {
      refuse(url);
      return built.connect(url, options);
    },
    runProgram: async () => CHILD_EXIT,
    prompt: {
      hold: (task) => task(),
      select: nobody,
      input: nobody,
      confirm: nobody,
      password: nobody,
      paste: nobody,
    },
  };
}

/** Returns a certificate for CA_FILE. Any other path is a random word, so its file cannot be read. */
async function readCertificates(path: string): Promise<CertificateFile> {
  return path === CA_FILE ? { certificates: ['a certificate'] } : { fault: 'unreadable' };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Number of turns of the event loop before each step of the clock. In these turns, the command can continue. */
const IDLE_TURNS = 40;
/**
 * Limits for the number of clock steps. At the first limit, the command is interrupted as by Ctrl-C. After the second limit, the
 * test waits in real time for a while, and then fails.
 */
const [STEPS, LAST_STEPS] = [1500, 2000];

/**
 * Advances the clock until the work is done.
 * @throws Error if the work never ends
 */
async function advanceUntilDone<Value>(
  work: Promise<Value>,
  clock: FakeClock,
  stop: () => void,
): Promise<Value> {
  let isDone = false;
  const end = work.finally(() => {
    isDone = true;
  });
  for (let step = 0; !isDone; step += 1) {
    for (let count = 0; count < IDLE_TURNS && !isDone; count += 1) await turn();
    const [next] = clock.waiting();
    if (next !== undefined) await clock.advance(next);
    if (step === STEPS) stop();
    if (step > LAST_STEPS) await new Promise((resolve) => setTimeout(resolve, 10));
    if (step > LAST_STEPS + 500) throw new Error('It hangs.');
  }
  return end;
}

/** Matches the first output of a command that runs until it is stopped. The test then stops the command. */
const IS_RUNNING = /Listening on|^\{"url"/;

async function execute({ argv, env, json, terminal, stdin, isStored }: Try) {
  const clock = fakeClock();
  const controller = new AbortController();
  const stop = () => controller.abort(new CliError('interrupted', 'Interrupted.'));
  const options: RunOptions = {
    clock,
    env: Object.fromEntries(Object.entries(env).filter(([, text]) => text !== undefined)),
    terminal,
    signal: controller.signal,
    files: { '/key': 'key-in-a-file', '/clip.wav': 'RIFF' },
    configDir: isStored
      ? configDirWith({ url: server.url, apiKey: KEY })
      : configDirWith({ url: 'http://127.0.0.1:1', apiKey: KEY }),
    ...(stdin !== undefined && { stdin }),
    context: confine,
    probes: () => fakeProbes({ readCertificates }),
    onStdout: (text) => {
      if (IS_RUNNING.test(text)) stop();
    },
  };
  return advanceUntilDone(run(json ? ['--json', ...argv] : argv, options), clock, stop);
}

/** Returns the last line of an output, without the escape sequences with which the program erases its list of steps. */
const lastLine = (text: string) =>
  text
    .replace(/\x1b\[\d*[AJ]/g, '')
    .trimEnd()
    .split('\n')
    .at(-1) ?? '';

describe('S19 S22 S23 any command line, in any environment', () => {
  it('ends with a documented exit code, without a stack, without hanging and without showing a secret', async () => {
    const property = fc.asyncProperty(tries(), async (one) => {
      const { code, out, err, files } = await execute(one);
      expect({ code, isKnown: EXITS.has(code) && code !== 1 }).toEqual({ code, isKnown: true });
      expect(err).not.toMatch(/^ +at |[A-Z][a-z]+Error: /m);
      const shown = `${out}${err}${Object.values(files).join('')}`;
      expect(SECRETS.flatMap((each) => leaksOf(each, shown))).toEqual([]);
      if (one.json && code !== 0 && code !== CHILD_EXIT) {
        expect(JSON.parse(lastLine(err)).error.exit).toBe(code);
      }
    });
    await fc.assert(property, { numRuns: FUZZ_RUNS });
  }, 600_000);
});
