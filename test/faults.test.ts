// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import { type ErrorCode, exitCodeOf } from '../src/core/error-codes';
import { leaksOf } from './e2e/support/encodings';
import { type Service, startService } from './e2e/support/service';
import { autoAdvancingClock } from './support/auto-advancing-clock';
import { CLIPBOARD } from './support/clipboard';
import { actionOf, endingOf, FAULTS, MOMENTS, PHASES, type Phase } from './support/faults';
import { type FaultyService, startFaultyService } from './support/faulty-service';
import { type RunOptions, run } from './support/run';
import { newConfigDir } from './support/stored';
import { askServe } from './support/until-stopped';

/** Secrets. No output may contain them, neither unchanged nor encoded. */
const KEY = 'CanaryKey/7f3+9x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Zq8w+3D.4/xfin';
const CLIP = readFileSync(join(import.meta.dirname, '../assets/clip.wav'));
const URL_OF_AUDIO = 'https://example.com/a.wav';

/**
 * Default time limit of a command, in milliseconds. It is shorter than the time until a session's first ping, so that an
 * unanswered ping does not end the session before the time limit.
 */
const TIMEOUT_MS = 5000;
/** Maximum time for closing a connection, in milliseconds. */
const CLOSE_MS = 2000;
/** Maximum time in which `serve` checks its key or answers a request, in milliseconds. */
const SERVE_MS = 20_000;

interface Line {
  readonly words: string;
  /** The steps in which this command line has a connection to the service, such as `mint`. A fault is tested in each step. */
  readonly phases: readonly Phase[];
  readonly options?: RunOptions;
  /** Set if this command line starts billable work in its sessions. */
  readonly starts?: true;
}

const SESSION_PHASES = ['upgrade', 'confirmation', 'close'] as const;
const WHOLE = ['connection', 'mint', ...SESSION_PHASES, 'start', 'stream'] as const;

/** Command lines of every command that sends requests to the service, in each of its modes. */
const LINES: readonly Line[] = [
  { words: 'mint', phases: ['connection', 'mint'] },
  {
    words: 'mint --copy',
    phases: ['connection', 'mint'],
    options: { clipboard: CLIPBOARD },
  },
  { words: 'mint --count 3', phases: ['connection', 'mint'] },
  { words: 'mint --prove', phases: ['read'] },
  { words: 'mint --prove --access readwrite', phases: SESSION_PHASES },
  { words: `test ${URL_OF_AUDIO}`, phases: WHOLE, starts: true },
  {
    words: 'test --file clip.wav',
    phases: WHOLE,
    starts: true,
    options: { files: { 'clip.wav': CLIP } },
  },
  { words: `test ${URL_OF_AUDIO} --mode connect`, phases: ['mint', ...SESSION_PHASES] },
  { words: 'test --mode read', phases: ['connection', 'mint', 'read'] },
  {
    words: `test ${URL_OF_AUDIO} --mode connect --use-token`,
    phases: ['connection', ...SESSION_PHASES],
  },
  { words: 'test --mode read --use-token', phases: ['read'] },
  { words: 'verify --only reusable', phases: ['connection', 'mint', 'read'] },
  { words: 'verify --only readwrite-session', phases: SESSION_PHASES },
  { words: 'api /polyglot', phases: ['connection', 'mint', 'read'] },
  {
    words: 'api -i POST /polyglot --access readwrite',
    phases: ['connection', 'mint', 'read'],
  },
  { words: 'api --as key /polyglot', phases: ['connection', 'read'] },
  { words: 'api --use-token /polyglot', phases: ['connection', 'read'] },
  { words: 'inspect --use-token --probe --access readonly', phases: ['connection', 'read'] },
  { words: 'inspect --use-token --probe --access readwrite', phases: SESSION_PHASES },
  {
    words: 'login --with-key --store plaintext',
    phases: ['connection', 'mint'],
    options: { stdin: KEY },
  },
  { words: 'status --check', phases: ['connection', 'mint'] },
  { words: 'exec -- true', phases: ['connection', 'mint'] },
  { words: 'exec --file --refresh --no-one-time -- true', phases: ['connection', 'mint'] },
  { words: 'serve --port 0', phases: ['connection', 'mint'] },
  { words: 'serve --port 0 --page', phases: ['connection', 'mint'] },
];

/**
 * Commands that are not in LINES, because they send no requests to the service. The command `sandbox` itself replaces the
 * service.
 */
const SILENT = [
  ...['sandbox', 'logout', 'profile', 'config'],
  ...['explain', 'completion', 'help', 'version'],
];

/** `doctor` has its own test below. Reason: it ends with the same exit code for every fault. */
const DOCTOR = 'doctor';

const exitOf = (code: string) => (code === 'done' ? 0 : exitCodeOf(code as ErrorCode));

interface Ending {
  readonly code: ErrorCode | 'done';
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Time that passed on the fake clock, in milliseconds. */
  readonly ms: number;
}

const optionsFor = ({ words, options }: Line, service: Service): RunOptions => ({
  env: {
    VOCALSTACK_API_SERVER: service.url,
    VOCALSTACK_API_KEY: KEY,
    VOCALSTACK_AUTH_TOKEN: TOKEN,
  },
  ...(words.startsWith('login') && { configDir: newConfigDir() }),
  ...options,
});

const withTimeout = ({ words }: Line, ms: number) => {
  const [own = '', after = ''] = words.split(/(?= -- )/);
  return `${own} --json --timeout ${ms}ms${after}`;
};

async function runLine(line: Line, ms: number, options: RunOptions) {
  if (line.words.startsWith('serve')) {
    const { out, err, body } = await askServe(`${line.words} --json`, options);
    const code = (JSON.parse(body).error?.code ?? 'done') as Ending['code'];
    return { code, exit: exitOf(code), out: out + body, err };
  }
  const { code: exit, out, err, error } = await run(withTimeout(line, ms), options);
  return { code: exit === 0 ? ('done' as const) : (error().code as ErrorCode), exit, out, err };
}

/** Runs a command line. The clock advances while the command waits for a server that does not answer. */
async function runWithFault(line: Line, ms: number, service: FaultyService): Promise<Ending> {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const options = { ...optionsFor(line, service), clock, network: watch };
  const begun = clock.monotonic();
  const ending = await advanceUntilDone(runLine(line, ms, options), service);
  return { ...ending, ms: clock.monotonic() - begun };
}

const commandOf = ({ words }: Line) => words.split(' ')[0] ?? '';

// Runs every command line once, which loads all modules. Otherwise modules would load during a test, and the fake clock would
// advance too early.
beforeAll(async () => {
  const service = await startService({ token: TOKEN });
  for (const line of LINES) {
    const { code, err } = await runLine(line, 60_000, optionsFor(line, service));
    expect({ line: line.words, code, err }).toMatchObject({ code: 'done' });
  }
  const doctor: Line = { words: DOCTOR, phases: [] };
  await run(withTimeout(doctor, 60_000), optionsFor(doctor, service));
  await service.close();
});

const CELLS = PHASES.flatMap((phase) =>
  FAULTS.flatMap((fault) => {
    const code = endingOf(fault, phase);
    return code ? [[phase, fault.name, code, fault] as const] : [];
  }),
);

/** Returns how often a command line should start work that the service would bill. */
const startsOf = (line: Line, phase: Phase) =>
  line.starts && ['start', 'stream', 'close'].includes(phase) ? 1 : 0;

describe('S22 S43 S46 S47 every command that has a connection in the phase', () => {
  it.for(CELLS)(
    '%s ends after the fault %s with the code %s',
    async ([phase, name, code, fault], { task }) => {
      const timeoutMs = fault.timeoutMs ?? TIMEOUT_MS;
      for (const line of LINES.filter(({ phases }) => phases.includes(phase))) {
        const service = await startFaultyService(phase, fault, TOKEN);
        const { words } = line;
        const { ms, out, err, ...ending } = await runWithFault(line, timeoutMs, service);
        // The command must have closed all its connections.
        if (!fault.ignoresClose) await service.until(() => service.openConnections() === 0);
        expect({ words, ...ending }).toEqual({ words, code, exit: exitOf(code) });
        const withinMs = words.startsWith('serve') ? SERVE_MS : timeoutMs + CLOSE_MS;
        expect({ words, isLate: ms > withinMs }).toEqual({ words, isLate: false });
        const { starts } = service.counts;
        expect({ words, starts }).toEqual({ words, starts: startsOf(line, phase) });
        const isProduct = code === 'done' && /^mint(?! --copy)/.test(words);
        const leaks = [...leaksOf(KEY, out + err), ...leaksOf(TOKEN, isProduct ? err : out + err)];
        expect({ words, leaks }).toEqual({ words, leaks: [] });
        expect(err).not.toMatch(/^ +at /m);
        await service.close();
      }
      task.meta.rows = { survived: [[name, MOMENTS[phase], code, String(exitOf(code))]] };
    },
  );
});

describe('S22 S43 the doctor', () => {
  const cells = CELLS.filter(([phase]) => phase === 'connection' || phase === 'mint');
  it.for(cells)(
    'reports, in the phase %s, the fault %s, after which other commands end with %s',
    async ([phase, , code, fault]) => {
      const service = await startFaultyService(phase, fault, TOKEN);
      const line: Line = { words: DOCTOR, phases: [phase] };
      const { clock, watch, advanceUntilDone } = autoAdvancingClock();
      const options = {
        ...optionsFor(line, service),
        ...{ clock, network: watch, nodeVersion: process.versions.node },
      };
      const timeoutMs = fault.timeoutMs ?? TIMEOUT_MS;
      const begun = clock.monotonic();
      const {
        out,
        err,
        code: exit,
      } = await advanceUntilDone(run(withTimeout(line, timeoutMs), options), service);
      const { checks } = JSON.parse(out) as { checks: { group: string; result: string }[] };
      const failed = checks.filter(({ result }) => result === 'fail').map(({ group }) => group);
      expect({ code, exit, failed: [...new Set(failed)] }).toMatchObject({ exit: 3 });
      expect(failed.filter((group) => group !== 'network' && group !== 'service')).toEqual([]);
      expect(clock.monotonic() - begun).toBeLessThanOrEqual(timeoutMs + CLOSE_MS);
      expect([...leaksOf(KEY, out + err), ...leaksOf(TOKEN, out + err)]).toEqual([]);
      await service.close();
    },
  );
});

describe('the lines of these tests', () => {
  it('include every command that sends requests to the service', () => {
    const talking = new Set([...LINES.map(commandOf), DOCTOR]);
    expect(COMMANDS.map(({ name }) => name).filter((name) => !talking.has(name))).toEqual(SILENT);
  });

  it('end only with codes that their command lists in its help', async () => {
    for (const { name, load } of COMMANDS) {
      const own = LINES.filter((line) => commandOf(line) === name);
      const seen = CELLS.filter(([phase]) => own.some(({ phases }) => phases.includes(phase)));
      const codes = new Set(seen.map(([, , code]) => code).filter((code) => code !== 'done'));
      const { errors } = await load();
      // `serve` sends the error code in the answer to a request. The command itself does not fail with the code, so the help of
      // `serve` does not list it.
      const unlisted = [...codes].filter((code) => !errors.includes(code as ErrorCode));
      expect({ name, unlisted: name === 'serve' ? [] : unlisted }).toEqual({ name, unlisted: [] });
    }
  });

  it('have an expected code for every existing fault, and for no other', () => {
    for (const fault of FAULTS) {
      const affected = PHASES.filter((phase) => actionOf(fault, phase));
      const ending = PHASES.filter((phase) => endingOf(fault, phase));
      expect({ name: fault.name, ending }).toEqual({ name: fault.name, ending: affected });
    }
  });
});
