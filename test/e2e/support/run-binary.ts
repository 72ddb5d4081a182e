import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEachFile } from '../../support/cleanup';
import { BINARY, PROGRAM, PROGRAM_VARIABLES } from '../../support/program';
import { createTempHome } from './temp-home';

export const ROOT = join(import.meta.dirname, '../../..');
export { BINARY, PROGRAM, PROGRAM_VARIABLES };

type Variables = Readonly<Record<string, string>>;

export interface SpawnOptions {
  /** The environment variables of the process. Besides these, only PATH, HOME and TMPDIR are set. */
  readonly env?: Variables;
  /** The text on standard input. Default: empty. */
  readonly stdin?: string;
  /** The working directory, in which the run must not change any file. Default: a new, empty folder. */
  readonly cwd?: string;
  /** File descriptors for standard output and standard error. Default: pipes. */
  readonly stdout?: number;
  readonly stderr?: number;
  /** Whether to leave standard output unread until `readOn` is called. */
  readonly isUnread?: boolean;
  /** Whether to leave standard error unread until `readOn` is called. */
  readonly isErrUnread?: boolean;
}

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Result>;
  /** Resolves when standard output matches the pattern. Rejects if the process ends first. */
  untilOut(pattern: RegExp): Promise<RegExpMatchArray>;
  untilErr(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Waits for `event` while the process runs. Rejects if the process ends first. */
  meanwhile<Value>(event: Promise<Value>): Promise<Value>;
  readOn(): void;
}

/** Without this variable, newer versions of Node.js make npm and tsc write a compile cache to TMPDIR. */
export const NO_COMPILE_CACHE = { NODE_DISABLE_COMPILE_CACHE: '1' };

const running = new Set<ChildProcess>();
let toolsFolder: string | undefined;

afterEachFile(() => {
  for (const child of running) child.kill('SIGKILL');
  if (toolsFolder) rmSync(toolsFolder, { recursive: true });
  toolsFolder = undefined;
});

/** Starts a program with temporary folders. When the program ends, checks that it has left or changed no files in them. */
export function start(file: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const temp = createTempHome(options.cwd);
  const child = spawn(file, args, {
    cwd: temp.work,
    env: { PATH: process.env['PATH'], HOME: temp.home, TMPDIR: temp.tmp, ...options.env },
    stdio: ['pipe', options.stdout ?? 'pipe', options.stderr ?? 'pipe'],
  });
  running.add(child);
  const text = { out: '', err: '' };
  const watchers = new Set<() => void>();
  const collect = (name: 'out' | 'err') => (chunk: string) => {
    text[name] += chunk;
    for (const look of watchers) look();
  };
  const readOut = () => child.stdout?.setEncoding('utf8').on('data', collect('out'));
  const readErr = () => child.stderr?.setEncoding('utf8').on('data', collect('err'));
  const readOn = () => {
    if (options.isUnread) readOut();
    if (options.isErrUnread) readErr();
  };
  if (!options.isUnread) readOut();
  if (!options.isErrUnread) readErr();
  child.stdin?.on('error', () => undefined).end(options.stdin ?? '');

  const done = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      try {
        temp.release();
        resolve({ code, signal, ...text });
      } catch (error) {
        reject(error);
      }
    });
  });
  const meanwhile = <Value>(event: Promise<Value>) =>
    Promise.race([
      event,
      done.then((result) => {
        throw new Error(`It ended early: ${JSON.stringify(result)}`);
      }),
    ]);
  const until = (name: 'out' | 'err', pattern: RegExp) =>
    meanwhile(
      new Promise<RegExpMatchArray>((resolve) => {
        const look = () => {
          const found = pattern.exec(text[name]);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
    );
  return {
    child,
    done,
    untilOut: (pattern) => until('out', pattern),
    untilErr: (pattern) => until('err', pattern),
    meanwhile,
    readOn,
  };
}

export function startBinary(args: readonly string[], options?: SpawnOptions): Running {
  const [file, ...words] = PROGRAM;
  return start(file, [...words, ...args], options);
}

/** Runs the built program as a user does. */
export function runBinary(args: readonly string[], options?: SpawnOptions): Promise<Result> {
  return startBinary(args, options).done;
}

/** Returns a value for PATH. Its first folder contains `vstoken` and `vocalstack-token`. */
export function pathWithBinary(): string {
  if (!toolsFolder) {
    toolsFolder = mkdtempSync(join(tmpdir(), 'vstoken-path-'));
    for (const name of ['vstoken', 'vocalstack-token']) {
      const path = join(toolsFolder, name);
      writeFileSync(path, `#!/bin/sh\nexec ${PROGRAM.map((word) => `'${word}'`).join(' ')} "$@"\n`);
      chmodSync(path, 0o755);
    }
    // A link to Node.js is added instead of its folder, because other programs in that folder must not be found.
    symlinkSync(process.execPath, join(toolsFolder, 'node'));
  }
  return [toolsFolder, process.env['PATH']].join(':');
}

const SHELL_OPTIONS: Readonly<Record<string, readonly string[]>> = { zsh: ['-f'] };

/** Runs a script in a shell that finds `vstoken` on its PATH. */
export function startShell(
  shell: 'bash' | 'dash' | 'zsh',
  script: string,
  options: SpawnOptions = {},
): Running {
  return start(shell, [...(SHELL_OPTIONS[shell] ?? []), '-c', script], {
    ...options,
    env: { PATH: pathWithBinary(), ...options.env },
  });
}

export interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exit: number;
  readonly http_status?: number;
}

/** Parses the error document. With --json, it is the last line of standard error. */
export function errorIn({ err }: Pick<Result, 'err'>): ErrorDocument {
  return JSON.parse(err.trimEnd().split('\n').at(-1) ?? '').error;
}

/** Returns the variables that make the program use a server and its API key. */
export function envFor(server: { readonly url: string; readonly apiKey: string }): Variables {
  return { VOCALSTACK_API_SERVER: server.url, VOCALSTACK_API_KEY: server.apiKey };
}
