import type { ChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { Program } from '../context/program';
import { CliError, shortageOf } from '../core/errors';
import { createTokenFile, type TokenFile } from './token-file';

/**
 * The signals that are passed on to the program. The list includes SIGUSR1, because Node.js opens its debugger if nothing listens
 * for that signal.
 */
const PASSED_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGBREAK',
] as const;
type PassedSignal = (typeof PASSED_SIGNALS)[number];

/** The signals that a terminal sends for a key, such as Ctrl-C. SIGBREAK exists only on Windows. */
const KEYBOARD_SIGNALS: readonly PassedSignal[] = ['SIGINT', 'SIGQUIT', 'SIGBREAK'];

export interface RunDependencies {
  /** Emits an event for each signal that this process receives, as `process` does. */
  readonly signals: Pick<EventEmitter, 'on' | 'removeListener'>;
  readonly stdio: StdioOptions;
  /** Descriptors above 2 that the program gets, with the same numbers. */
  readonly inherited?: readonly number[];
  readonly spawn: Spawn;
}

export type Spawn = (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => ChildProcess;

/**
 * Returns the function that starts programs. Windows needs cross-spawn: most npm commands are scripts there, and Node.js can
 * start scripts only with a shell.
 */
export async function spawnOf(platform: NodeJS.Platform): Promise<Spawn> {
  return platform === 'win32'
    ? (await import('cross-spawn')).default
    : (await import('node:child_process')).spawn;
}

/**
 * Implements `RunProgram`. Between creating the file with the token and starting the program there must be no `await`, because a
 * signal that arrives between the two would not reach the program.
 */
export async function runProgram(
  { command, args, env, file }: Program,
  { signals, stdio, spawn, inherited = [] }: RunDependencies,
): Promise<number> {
  let child: ChildProcess | undefined;
  let tokenFile: TokenFile | undefined;
  let refreshing: Promise<void> | undefined;
  const ended = new AbortController();
  const pass = (signal: NodeJS.Signals) => {
    if (!isFromKeyboard(signal as PassedSignal)) child?.kill(signal);
  };
  for (const name of PASSED_SIGNALS) signals.on(name, pass);
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
      // Node.js also emits an error if a signal could not be sent. In that case, the program still runs.
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
    for (const name of PASSED_SIGNALS) signals.removeListener(name, pass);
    await refreshing;
  }
}

/**
 * Adds the inherited descriptors to the standard streams. A number above 2 that is not inherited gets 'ignore': the program then
 * does not have this descriptor.
 */
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
  // An empty name would make Node.js throw a type error.
  if (command === '') throw notFound();
  try {
    return spawn(command, args, options);
  } catch (error) {
    throw toStartError(error);
  }
}

/**
 * Whether the terminal has already sent this signal to the program. A terminal sends Ctrl-C to all processes in the foreground.
 * Passing the signal on would be a second Ctrl-C, after which many programs end without cleaning up. Node.js does not report who
 * sent a signal, so this function checks whether the process is in the foreground.
 */
function isFromKeyboard(signal: PassedSignal): boolean {
  return KEYBOARD_SIGNALS.includes(signal) && [0, 1, 2].some(isatty) && isInForeground();
}

/**
 * Whether this process is in the foreground of its terminal, according to proc(5). True if there is no /proc, because the process
 * is usually in the foreground.
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

/**
 * Returns the error for a program that could not be started: it is missing, or it cannot be run. env(1) and shells also
 * distinguish the two.
 */
function toStartError(cause: unknown): CliError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return notFound(cause);
  }
  const shortage = shortageOf(cause);
  if (shortage) return shortage;
  return new CliError('command_not_executable', 'The command after -- could not be run.', {
    hint: 'Check that the command is a program, and that this user may execute it.',
    cause,
  });
}

function notFound(cause?: unknown): CliError {
  return new CliError('command_not_found', 'The command after -- was not found.', {
    hint: "Check the spelling of the command, and PATH. If the command is a builtin of a shell, start the shell: vstoken exec -- sh -c '...'",
    cause,
  });
}
