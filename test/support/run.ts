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
  /** The content of standard input. Default: standard input is a terminal. */
  readonly stdin?: string | Uint8Array;
  /** Makes standard input a pipe that stays open and empty. */
  readonly stdinIsIdle?: boolean;
  /** The output streams that are terminals: no stream, only standard error, or both. Default: `none`. */
  readonly terminal?: 'none' | 'stderr' | 'all';
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The settings folder. By default, the run has no settings. */
  readonly configDir?: string;
  /**
   * The folder that an environment variable such as HOME names, if the settings folder is inside that folder. Default: the
   * settings folder itself, because VOCALSTACK_CONFIG_DIR names the settings folder itself.
   */
  readonly home?: string;
  /** The user id of the program. Null means that the system has no user ids. Default: the id of this process. */
  readonly owner?: number | null;
  /** The keys in the keychain. By default, there is no keychain. */
  readonly keychain?: Map<string, Secret>;
  /**
   * The answers to prompts, in order. If a prompt rejects an answer, the prompt is given the next answer. A CliError cancels the
   * prompt.
   */
  readonly answers?: readonly (string | boolean | CliError)[];
  readonly random?: () => number;
  /** The reason why writing to standard output fails. Default: writing succeeds. */
  readonly stdoutFails?: 'reader-gone' | 'disk-full';
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  /** If set, writing to standard output waits for this promise. */
  readonly stdoutWaits?: Promise<void>;
  readonly network?: (real: Network) => Network;
  readonly probes?: (real: Probes) => Probes;
  /** The clipboard of the program. By default, there is no clipboard. */
  readonly clipboard?: Clipboard;
  readonly nodeVersion?: string;
  /**
   * Replaces parts of the context (the clock, the files, the network and other things from outside the program): receives a
   * context, and returns the context for the run.
   */
  readonly context?: (built: Context) => Context;
  /** Called while a prompt waits for its answer. */
  readonly onQuestion?: () => Promise<void>;
  /** The folder in which the program looks for the SDK, such as the folder of a project. */
  readonly cwd?: string;
  /** The path of the Node.js that runs the SDK. By default, it is the Node.js that runs the tests. */
  readonly node?: string;
}

export type Network = Pick<Context, 'http' | 'connect'>;

export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** All files after the run, by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Parses the last line of standard error, which must be a JSON error. */
  error(): {
    code: string;
    message: string;
    hint: string | null;
    exit: number;
    http_status?: number;
  };
  /** Parses standard output, which must be one JSON document. */
  json<T = Record<string, unknown>>(): T;
}

/** Splits a command line into words. Handles single and double quotes as a shell does, but no other syntax. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/**
 * Runs the program in this process: `run('mint --json', { env })`. The program uses the real network, but tests connect only to
 * loopback.
 */
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
      // The real function would start a process that loads the keychain package. So by default a fake is used.
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
      // The files of dist/ exist only after a build, and some tests run without a build.
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

/**
 * Returns files in memory, for one run. Files whose path begins with /read-only cannot be opened for writing. Files whose path
 * begins with /lost can be opened, but every write fails.
 */
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

/**
 * Runs a program and returns its output. The output goes to files, because otherwise the program would write to the streams of
 * the tests.
 */
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

/** Returns the variables that make the program use a sandbox and the sandbox's key. */
export function envFor(sandbox: Pick<RunningSandbox, 'url' | 'apiKey'>): Environment {
  return { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: sandbox.apiKey };
}
