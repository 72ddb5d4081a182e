import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Program } from '../context/program';
import { CliError, shortageOf } from '../core/errors';
import { createTokenFile, type TokenFile } from './token-file';

/** Without a listener, SIGUSR1 makes Node.js open its debugger. */
const PASSED = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGBREAK',
] as const;
type Passed = (typeof PASSED)[number];

/** SIGBREAK exists on Windows only. */
const KEYBOARD_SIGNALS: readonly Passed[] = ['SIGINT', 'SIGQUIT', 'SIGBREAK'];

export interface Surroundings {
  /** Emits signals by name, as `process` does. */
  readonly signals: Pick<EventEmitter, 'on' | 'removeListener'>;
  readonly stdio: StdioOptions;
  /** Descriptors above 2 that the program gets under the same numbers. */
  readonly inherited?: readonly number[];
  readonly spawn: Spawn;
}

/** As in node:child_process. */
export type Spawn = (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => ChildProcess;

/** On Windows most npm commands are scripts, which Node.js can start only with a shell. */
export async function spawnOf(platform: NodeJS.Platform): Promise<Spawn> {
  return platform === 'win32'
    ? (await import('cross-spawn')).default
    : (await import('node:child_process')).spawn;
}

/** See `RunProgram`. Between the file, the start and the first forwarded signal there is no await. */
export async function runProgram(
  { command, args, env, file }: Program,
  { signals, stdio, spawn, inherited = [] }: Surroundings,
): Promise<number> {
  let child: ChildProcess | undefined;
  let tokenFile: TokenFile | undefined;
  let refreshing: Promise<void> | undefined;
  const ended = new AbortController();
  const pass = (signal: NodeJS.Signals) => {
    if (!isFromKeyboard(signal as Passed)) child?.kill(signal);
  };
  for (const name of PASSED) signals.on(name, pass);
  try {
    tokenFile = file && createTokenFile(file.content);
    const named = file && tokenFile ? { [file.variable]: tokenFile.path } : {};
    return await new Promise<number>((resolve, reject) => {
      child = start(spawn, command, args, {
        env: { ...env, ...named },
        stdio: withDescriptors(stdio, inherited),
      });
      child.once('exit', (code, signal) =>
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
      );
      // A running program also emits an error, if a signal could not be sent to it.
      child.on('error', (error) => {
        if (child?.pid === undefined) reject(toStartError(error));
      });
      if (child.pid !== undefined && tokenFile) {
        refreshing = file?.keepFresh?.(tokenFile.replace, ended.signal);
      }
    });
  } finally {
    ended.abort();
    tokenFile?.remove();
    for (const name of PASSED) signals.removeListener(name, pass);
    await refreshing;
  }
}

/** Node.js cannot ignore descriptors above 2. */
function withDescriptors(stdio: StdioOptions, inherited: readonly number[]): StdioOptions {
  const last = Math.max(...inherited, 2);
  const standard = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  return Array.from({ length: last + 1 }, (_, fd) =>
    fd < 3 ? standard[fd] : inherited.includes(fd) ? fd : 'ignore',
  );
}

function start(
  spawn: Spawn,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  // An empty name is never found, and Node.js would throw a type error.
  if (command === '') throw notFound();
  try {
    return spawn(command, args, options);
  } catch (error) {
    throw toStartError(error);
  }
}

/**
 * Whether the terminal also sent this signal to the program, as it does to its whole foreground group. A second signal would turn
 * an orderly end into a kill. Node.js does not say who sent a signal.
 */
function isFromKeyboard(signal: Passed): boolean {
  return KEYBOARD_SIGNALS.includes(signal) && [0, 1, 2].some(isatty) && isInForeground();
}

/**
 * Whether this process is in the foreground of its terminal, from proc(5). Without /proc the answer is yes, which is most likely.
 */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return true;
  }
}

/** Distinguishes a missing program from one that cannot be run, as env(1) and shells do. */
function toStartError(cause: unknown): CliError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return notFound(cause);
  }
  const shortage = shortageOf(cause);
  if (shortage) return shortage;
  return new CliError('command_not_executable', 'The command after -- could not be run.', {
    hint: 'Check that it is a program, and that this user may execute it.',
    cause,
  });
}

function notFound(cause?: unknown): CliError {
  return new CliError('command_not_found', 'The command after -- was not found.', {
    hint: "Check its spelling, and PATH. For an alias or a builtin of a shell: vstoken exec -- sh -c '...'",
    cause,
  });
}
