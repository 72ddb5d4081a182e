import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main';
import type { Clipboard } from '../../src/context/clipboard';
import type { Clock } from '../../src/context/clock';
import type { Context } from '../../src/context/context';
import type { Files } from '../../src/context/files';
import type { Http } from '../../src/context/http';
import type { Output } from '../../src/context/io';
import type { Probes } from '../../src/context/probes';
import type { Program } from '../../src/context/program';
import type { Prompter } from '../../src/context/prompter';
import type { RunningSandbox } from '../../src/context/servers';
import type { Connect } from '../../src/context/socket';
import { cleanEnvironment } from '../../src/core/clean-environment';
import type { Environment } from '../../src/core/environment';
import { CliError, ReaderGone } from '../../src/core/errors';
import { raceAbort } from '../../src/core/race-abort';
import type { Secret } from '../../src/core/secret';
import { createSecretRegister } from '../../src/core/secret-register';
import { systemClock } from '../../src/system/clock';
import { fakeProbes } from '../../src/system/fake-probes';
import { loadHttp } from '../../src/system/load-http';
import { createProbes } from '../../src/system/probes';
import { ledgerFor, vaultFor } from './vault';

export interface RunOptions {
  readonly env?: Environment;
  readonly clock?: Clock;
  /** What is on standard input; a terminal when there is nothing. */
  readonly stdin?: string | Uint8Array;
  /** Standard input is a pipe that is open and has nothing in it. */
  readonly stdinIsIdle?: boolean;
  /** Which streams are terminals. */
  readonly terminal?: 'none' | 'stderr' | 'all';
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Where settings live; without it there are none. */
  readonly configDir?: string;
  /** The home that settings are in; without it their folder stands for itself. */
  readonly home?: string;
  /** The user that the program runs as, when it is not this one; null where the system has none. */
  readonly owner?: number | null;
  /** What is in the keychain; without it there is no keychain. */
  readonly keychain?: Map<string, Secret>;
  /** What a person answers; an answer that does not pass is followed by the next. A CliError cancels. */
  readonly answers?: readonly (string | boolean | CliError)[];
  readonly random?: () => number;
  /** Makes writing to standard output fail. */
  readonly stdoutFails?: 'reader-gone' | 'disk-full';
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  /** Standard output takes nothing until then. */
  readonly stdoutWaits?: Promise<void>;
  /** What stands between the program and the network. */
  readonly network?: (real: Network) => Network;
  /** What looks at this machine and its network. */
  readonly probes?: (real: Probes) => Probes;
  /** The way to the clipboard; without it there is none. */
  readonly clipboard?: Clipboard;
  /** Of Node.js. */
  readonly nodeVersion?: string;
  /** Has the last word about what the program gets. */
  readonly context?: (built: Context) => Context;
  /** What happens while a person thinks. */
  readonly onQuestion?: () => Promise<void>;
  /** The folder of the project whose SDK is used. */
  readonly cwd?: string;
  /** The Node.js that runs the SDK, when it is not the one of the tests. */
  readonly node?: string;
}

export type Network = Pick<Context, 'http' | 'connect'>;

export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What the files hold afterwards, by their paths. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The last line of stderr, as the JSON document of an error. */
  error(): {
    code: string;
    message: string;
    hint: string | null;
    exit: number;
    http_status?: number;
  };
  /** Standard output as one JSON document. */
  json<T = Record<string, unknown>>(): T;
}

/** Splits as a shell does, as far as tests need it: words, and words in single or double quotes. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** The program, in this process: `run('mint --json', { env })`. The network is real, and loopback. */
export async function run(
  line: string | readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const argv = typeof line === 'string' ? splitWords(line) : line;
  const clock = options.clock ?? systemClock();
  const isTerminal = options.terminal ?? 'none';
  const signal = options.signal ?? new AbortController().signal;
  let out = '';
  let err = '';
  const files: Record<string, string | Uint8Array> = { ...options.files };
  const output = (
    append: (text: string) => Promise<void>,
    terminal: boolean,
    fails?: RunOptions['stdoutFails'],
  ): Output => ({
    isTerminal: terminal,
    color: false,
    columns: () => options.columns ?? 80,
    rows: () => 24,
    async write(text) {
      if (fails === 'reader-gone') throw new ReaderGone();
      if (fails === 'disk-full') throw new CliError('output_unwritable', 'The disk is full.');
      await append(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
    },
  });
  const env = cleanEnvironment(options.env ?? {});
  const vault = vaultFor(options, clock, signal);
  const context: Context = {
    io: {
      stdout: output(
        async (text) => {
          await options.stdoutWaits;
          out += text;
          options.onStdout?.(text);
        },
        isTerminal === 'all',
        options.stdoutFails,
      ),
      stderr: output(async (text) => {
        err += text;
        options.onStderr?.(text);
      }, isTerminal !== 'none'),
      stdin: {
        isTerminal: options.stdin === undefined && !options.stdinIsIdle,
        async read(maxBytes, within, onFirst) {
          if (options.stdinIsIdle) await raceAbort(new Promise(() => undefined), within);
          const bytes = Buffer.from(options.stdin ?? '');
          if (bytes.length > 0) onFirst?.();
          return bytes.subarray(0, maxBytes).toString('utf8');
        },
        async readBytes(maxBytes, within) {
          if (options.stdinIsIdle) await raceAbort(new Promise(() => undefined), within);
          return Buffer.from(options.stdin ?? '').subarray(0, maxBytes);
        },
      },
    },
    secrets: createSecretRegister(env),
    env,
    givenEnv: options.env ?? {},
    nodeVersion: options.nodeVersion ?? '20.0.0',
    clock,
    random: options.random ?? (() => 0.5),
    signal,
    randomId: () => 'unguessable',
    files: memoryFiles(files),
    prompt: scriptedPrompter(options),
    vault,
    ledger: ledgerFor(options, clock, vault),
    ...(options.network ?? ((real) => real))({
      http: realHttp(env),
      connect: realConnect(env),
    }),
    async loadProbes() {
      const { platform, arch, cwd, execPath } = process;

      const real = createProbes(
        { platform, arch, cwd: () => options.cwd ?? cwd(), env, execPath },
        clock,
      );
      // As the keychain itself, its package is in another process, which most tests do not need.
      const { loadKeychainPackage } = fakeProbes();
      return options.probes?.(real) ?? { ...real, loadKeychainPackage };
    },
    loadClipboard: async () => {
      const unused = () => Promise.reject(new Error('there is no clipboard'));
      return options.clipboard ?? { helper: null, copy: unused, writeToTerminal: unused };
    },
    startSandbox: async (settings) => {
      const { startSandbox } = await import('../../src/sandbox/server');
      return startSandbox({ ...settings, clock });
    },
    runProgram: async (program) => {
      const { code, out: output, err: errors } = await runIntoFiles(program);
      out += output;
      err += errors;
      return code;
    },
    captureProgram: async (program, limits) => {
      const { captureProgram } = await import('../../src/system/capture-program');
      const { spawnOf } = await import('../../src/system/run-program');
      return captureProgram(program, limits, {
        ...{ platform: process.platform, clock, home: options.home ?? tmpdir() },
        spawn: await spawnOf(process.platform),
        kill: process.kill.bind(process),
      });
    },
    startEndpoint: async (settings) => {
      const { startEndpoint } = await import('../../src/endpoint/server');
      return startEndpoint(settings);
    },
    async readPageFile(path) {
      const { readPageFile } = await import('../../src/system/page-files');
      // Only a build has it, and not every test has a build.
      if (path.startsWith('dist/')) return readPageFile(path).catch(() => '// not built');
      return readPageFile(path);
    },
    openBrowser: async () => null,
    startSdkHost: async (apiServer, events) => {
      const { startSdkProcess } = await import('../../src/sdk/process');
      const { cwd } = options;
      const node = {
        execPath: options.node ?? process.execPath,
        platform: process.platform,
        kill: process.kill.bind(process),
      };
      const variables = { PATH: process.env['PATH'], ...env };
      return startSdkProcess(
        { node, env: variables, apiServer, clock, ...(cwd === undefined ? {} : { cwd }) },
        events,
      );
    },
  };
  const code = await main(argv, options.context?.(context) ?? context);
  return {
    code,
    out,
    err,
    files,
    error: () => JSON.parse(err.trimEnd().split('\n').at(-1) ?? '').error,
    json: () => JSON.parse(out),
  };
}

/** Files that live as long as a run; those below /read-only and /lost cannot be written, and of /lost that shows late. */
function memoryFiles(files: Record<string, string | Uint8Array>): Files {
  const bytesOf = (path: string) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT: ${path}`);
    return Buffer.from(content);
  };
  const write = (path: string, text: string) => {
    if (/^\/(read-only|lost)/.test(path)) throw new Error(`EROFS: ${path}`);
    files[path] = text;
  };
  return {
    readText: async (path, maxBytes) => bytesOf(path).subarray(0, maxBytes).toString('utf8'),
    readBytes: async (path, maxBytes) => bytesOf(path).subarray(0, maxBytes),
    appendLines: async (path, lines) => {
      const before = String(files[path] ?? '');
      write(path, `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines}`);
    },
    async openText(path) {
      if (path.startsWith('/read-only')) throw new Error(`EROFS: ${path}`);
      return async (text) => write(path, text);
    },
  };
}

/** The real one, whose streams are files: an inherited one would be that of all tests. */
export async function runIntoFiles(program: Program) {
  const { runProgram, spawnOf } = await import('../../src/system/run-program');
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-run-'));
  const paths = [join(folder, 'out'), join(folder, 'err')] as const;
  const [outFile, errFile] = paths.map((path) => openSync(path, 'w'));
  try {
    const code = await runProgram(program, {
      signals: new EventEmitter(),
      stdio: ['ignore', outFile, errFile],
      spawn: await spawnOf(process.platform),
    });
    const [output, errors] = paths.map((path) => readFileSync(path, 'utf8'));
    return { code, out: output ?? '', err: errors ?? '' };
  } finally {
    for (const file of [outFile, errFile]) if (file !== undefined) closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

function scriptedPrompter({ answers = [], onQuestion }: RunOptions): Prompter {
  const script = [...answers];
  const next = async () => {
    await onQuestion?.();
    const answer = script.shift();
    if (answer instanceof CliError) throw answer;
    if (answer === undefined) throw new Error('a question too many');
    return answer;
  };
  return {
    hold: (task) => task(),
    select: async <Value extends string>() => (await next()) as Value,
    confirm: async () => (await next()) as boolean,
    paste: async () => String(await next()),
    async password({ check }) {
      for (;;) {
        const answer = String(await next());
        if (check(answer) === null) return answer;
      }
    },
    async input({ check }) {
      for (;;) {
        const answer = String(await next());
        if (check(answer) === null) return answer;
      }
    },
  };
}

function realHttp(env: Environment): Http {
  let loaded: Promise<Http> | undefined;
  return {
    async send(request) {
      loaded ??= import('../../src/network/http').then(({ createHttp }) =>
        createHttp(env, loadHttp, () => import('../../src/network/socks')),
      );
      return (await loaded).send(request);
    },
    close: () => void loaded?.then((http) => http.close()),
  };
}

function realConnect(env: Environment): Connect {
  return async (url, options) => {
    const { connectSocket } = await import('../../src/network/socket');
    return connectSocket(url, options, env);
  };
}

/** The environment of a user who has a sandbox in another process. */
export function envFor(sandbox: Pick<RunningSandbox, 'url' | 'apiKey'>): Environment {
  return { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: sandbox.apiKey };
}
