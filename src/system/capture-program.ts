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
 * In milliseconds: how long a program may clean up after SIGTERM, and how long its pipes are read after it has ended, since a
 * child process may still have them open.
 */
const GRACE_MS = 500;
/** How many bytes of standard error are kept. They are the last ones, which say most. */
const MAX_ERROR_BYTES = 8 * 1024;

export interface CaptureSurroundings {
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
  /** The user's home directory. */
  readonly home: string;
  readonly spawn: Spawn;
  /** Sends a signal to a process; a negative number means its process group. */
  kill(pid: number, signal: NodeJS.Signals): void;
}

const nothing = (): void => undefined;

/** See CaptureProgram. */
export async function captureProgram(
  { command, args, env }: CapturedProgram,
  limits: CaptureLimits,
  surroundings: CaptureSurroundings,
): Promise<Captured> {
  const { platform, home, spawn } = surroundings;
  limits.signal.throwIfAborted();
  const { path, isElsewhere } = findProgram(command, env, platform);
  if (path === null) return neverRan({ kind: 'not found', isElsewhere });
  const folder = folderFor(home);
  try {
    const child = spawn(path, args, {
      cwd: folder,
      // Shells and Go programs believe PWD more than the real working directory.
      env: { ...env, PWD: folder, OLDPWD: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Makes the program the leader of a process group. Windows has no process groups, and would open a window.
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

/** Returns a fixed working directory, so that no file in the user's one can change what the program does. */
function folderFor(home: string): string {
  try {
    if (isAbsolute(home) && statSync(home).isDirectory()) return home;
  } catch {
    // The home directory does not exist.
  }
  return parse(process.execPath).root;
}

/** @throws the error if the program cannot be started; the reason of the signal */
function followProgram(
  child: ChildProcess,
  { signal, patienceMs, maxBytes }: CaptureLimits,
  surroundings: CaptureSurroundings,
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
      // A running program also emits an error, if it cannot be sent a signal.
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
 * @param keep how many of the last bytes to keep; without it, all
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

/** Ends a program and all processes that it has started. */
function endGroup(
  { pid }: ChildProcess,
  signal: NodeJS.Signals,
  { platform, kill, spawn }: CaptureSurroundings,
  env: Environment,
): void {
  if (pid === undefined) return;
  try {
    if (platform !== 'win32') kill(-pid, signal);
    else if (signal === 'SIGTERM') {
      // Use taskkill: after a plain kill, Windows no longer knows which processes the program has started.
      const { path } = findProgram('taskkill.exe', env, platform);
      if (path === null) return;
      spawn(path, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
        .on('error', nothing)
        .unref();
    }
  } catch {
    // No process of the group is left.
  }
}
