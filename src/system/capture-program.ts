import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { isAbsolute, parse } from 'node:path';
import type { Readable } from 'node:stream';
import type { Captured, CapturedProgram, CaptureLimits } from '../context/capture';
import type { Clock } from '../context/clock';
import type { Environment } from '../core/environment';
import { shortageOf } from '../core/errors';
import { codeOf } from '../core/system-reasons';
import { findProgram } from './find-program';
import type { Spawn } from './run-program';

/**
 * How long a program may take to end after SIGTERM, in milliseconds. After the end of a program, its pipes are read for the same
 * time, because its child processes may still write to them.
 */
const GRACE_MS = 500;
/**
 * How many bytes of the standard error output are kept. Only the end is kept, because most programs print the cause of a failure
 * last.
 */
const MAX_ERROR_BYTES = 8 * 1024;

export interface CaptureDependencies {
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  readonly home: string;
  readonly spawn: Spawn;
  /** Sends a signal to a process. With a negative number, sends it to the process group. */
  kill(pid: number, signal: NodeJS.Signals): void;
}

const nothing = (): void => undefined;

/** Implements `CaptureProgram`: runs a program, and returns its output instead of showing it. */
export async function captureProgram(
  { command, args, env }: CapturedProgram,
  limits: CaptureLimits,
  surroundings: CaptureDependencies,
): Promise<Captured> {
  const { platform, home, spawn } = surroundings;
  limits.signal.throwIfAborted();
  const { path, isElsewhere } = findProgram(command, env, platform);
  if (path === null) return neverRan({ kind: 'not found', isElsewhere });
  const folder = folderFor(home);
  try {
    const child = spawn(path, args, {
      cwd: folder,
      // Shells and Go programs use PWD as their working directory, so set PWD to the real working directory.
      env: { ...env, PWD: folder, OLDPWD: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Starts a process group, so that all processes of the program can be ended together. Windows has no process groups, and
      // `detached` would open a window there.
      detached: platform !== 'win32',
    });
    return await followProgram(child, limits, surroundings, env);
  } catch (error) {
    if (limits.signal.aborted) throw error;
    const shortage = shortageOf(error);
    if (shortage) throw shortage;
    const isMissing = codeOf(error) === 'ENOENT';
    return neverRan(isMissing ? { kind: 'not found', isElsewhere } : { kind: 'not executable' });
  }
}

const neverRan = (end: Captured['end']): Captured => ({ output: '', errors: '', end });

/**
 * Returns the working directory for the program: the home folder, otherwise the root folder. The current working directory is not
 * used, because files in it could change what the program does.
 */
function folderFor(home: string): string {
  try {
    if (isAbsolute(home) && statSync(home).isDirectory()) return home;
  } catch {
    // Ignore the error: the home folder does not exist.
  }
  return parse(process.execPath).root;
}

/**
 * Waits for the end of a program.
 * @throws the error of a failed start; the reason of the signal if it aborts
 */
function followProgram(
  child: ChildProcess,
  { signal, patienceMs, maxBytes }: CaptureLimits,
  surroundings: CaptureDependencies,
  env: Environment,
): Promise<Captured> {
  const end = (name: NodeJS.Signals) => endGroup(child, name, surroundings, env);
  const { clock } = surroundings;
  return new Promise((resolve, reject) => {
    let stopped: 'timeout' | 'too much' | 'signal' | null = null;
    let exit: Captured['end'] | null = null;
    let cancelGrace = nothing;
    const afterGrace = () => {
      cancelGrace();
      cancelGrace = clock.timer(GRACE_MS, finish);
    };
    const stop = (why: NonNullable<typeof stopped>) => {
      if (stopped) return;
      stopped = why;
      end('SIGTERM');
      afterGrace();
    };
    const onAbort = () => stop('signal');
    const cancelPatience = clock.timer(patienceMs, () => stop('timeout'));
    signal.addEventListener('abort', onAbort, { once: true });
    const output = collect(child.stdout, (size) => size > maxBytes && stop('too much'));
    const errors = collect(child.stderr, nothing, MAX_ERROR_BYTES);

    function finish(): void {
      cancelPatience();
      cancelGrace();
      signal.removeEventListener('abort', onAbort);
      if (stopped) end('SIGKILL');
      for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
      child.unref();
      if (stopped === 'signal') reject(signal.reason);
      else {
        const how = stopped ? { kind: stopped } : (exit ?? { kind: 'signal', signal: 'SIGKILL' });
        resolve({ output: output.text(), errors: errors.text(), end: how } satisfies Captured);
      }
    }
    child.on('error', (error) => {
      // Node.js also emits an error if a signal could not be sent. In that case, the program still runs.
      if (child.pid !== undefined) return;
      reject(error);
      finish();
    });
    child.on('exit', (code, name) => {
      exit =
        code === null ? { kind: 'signal', signal: name ?? '' } : { kind: 'exit', status: code };
      if (!stopped) afterGrace();
    });
    child.on('close', finish);
  });
}

/**
 * Collects the output of a pipe.
 * @param keep how many bytes to keep, from the end of the output; undefined keeps everything
 */
function collect(pipe: Readable | null, onSize: (bytes: number) => void, keep?: number) {
  let bytes = Buffer.alloc(0);
  pipe?.on('error', nothing);
  pipe?.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    onSize(bytes.length);
    if (keep !== undefined) bytes = bytes.subarray(-keep);
  });
  return { text: () => bytes.toString('utf8') };
}

/** Ends a program and all processes that it started. */
function endGroup(
  { pid }: ChildProcess,
  signal: NodeJS.Signals,
  { platform, kill, spawn }: CaptureDependencies,
  env: Environment,
): void {
  if (pid === undefined) return;
  try {
    if (platform !== 'win32') kill(-pid, signal);
    else if (signal === 'SIGTERM') {
      // taskkill also ends the program's child processes. If the program were ended first, taskkill could not find its child
      // processes.
      const { path } = findProgram('taskkill.exe', env, platform);
      if (path === null) return;
      spawn(path, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
        .on('error', nothing)
        .unref();
    }
  } catch {
    // The whole process group has ended already.
  }
}
