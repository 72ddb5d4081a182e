import { type ChildProcess, type SpawnOptions, spawn as spawnProgram } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, posix, win32 } from 'node:path';
import { nextTick } from './timers';

type Variables = Readonly<Record<string, string | undefined>>;

/** The path of PowerShell below the Windows folder, and its path in WSL. Used even if PATH does not have it. */
const POWERSHELL = 'System32/WindowsPowerShell/v1.0/powershell.exe';
const POWERSHELL_IN_WSL = '/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe';

const rulesOf = (platform: string) => (platform === 'win32' ? win32 : posix);

/** Returns a variable. On Windows the case of its name does not matter. */
function variableOf(env: Variables, wanted: string): string {
  return Object.entries(env).find(([name]) => name.toUpperCase() === wanted)?.[1] ?? '';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns the absolute folders of PATH. Relative entries may be untrusted, such as the working directory. */
function foldersOf(env: Variables, platform: string): readonly string[] {
  const { delimiter, isAbsolute } = rulesOf(platform);
  return variableOf(env, 'PATH').split(delimiter).filter(isAbsolute);
}

/** Returns the absolute path of a program on PATH. Ignores relative entries of PATH. Null if it is not found. */
export function findProgram(name: string, env: Variables, platform: string): string | null {
  const root = variableOf(env, 'SYSTEMROOT');
  const usual = platform === 'win32' && root !== '' ? [`${root}/${POWERSHELL}`] : [];
  const onPath = foldersOf(env, platform).map((folder) => `${folder}/${name}`);
  const all = name === 'powershell.exe' ? [...usual, ...onPath, POWERSHELL_IN_WSL] : onPath;
  return all.find(isProgram) ?? null;
}

/** Returns the environment for a clipboard program: without keys and tokens, and with only the absolute folders of PATH. */
function environmentOf(env: Variables, platform: string): Record<string, string | undefined> {
  const path = foldersOf(env, platform).join(rulesOf(platform).delimiter);
  const kept = Object.entries(env).filter(([name]) => !/^(vocalstack_.*|path)$/i.test(name));
  return { ...Object.fromEntries(kept), PATH: path };
}

/**
 * Replaces `spawn` of node:child_process in tinyclip (rolldown.config.ts). Runs a program by its absolute path, without
 * VocalStack variables, and kills it if it does not end. Answers `which` itself.
 */
export function spawn(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const { env, platform } = process;
  if (command === 'which') return answerWhich(findProgram(args[0] ?? '', env, platform) !== null);
  // A path that does not exist fails like a program that was not found.
  const path = findProgram(command, env, platform) ?? `/nowhere/${basename(command)}`;
  const child = spawnProgram(path, args, {
    ...options,
    cwd: dirname(path),
    env: environmentOf(env, platform),
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  // A helper that hangs must not outlive this process with the token.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

function answerWhich(isThere: boolean): ChildProcess {
  const answering = new EventEmitter();
  nextTick(() => answering.emit('close', isThere ? 0 : 1));
  return answering as ChildProcess;
}
