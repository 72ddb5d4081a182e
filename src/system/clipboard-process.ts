import { type ChildProcess, type SpawnOptions, spawn as spawnProgram } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, posix, win32 } from 'node:path';
import { nextTick } from './timers';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The path of PowerShell in the Windows folder, and its path in WSL. They are used even if PATH does not contain their folders.
 */
const POWERSHELL = 'System32/WindowsPowerShell/v1.0/powershell.exe';
const POWERSHELL_IN_WSL = '/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe';

const rulesOf = (platform: string) => (platform === 'win32' ? win32 : posix);

/** Returns an environment variable. Ignores the case of its name, as Windows does. */
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

/**
 * Returns the absolute folders of PATH. Relative entries are skipped, because they depend on the working directory, which may be
 * untrusted.
 */
function foldersOf(env: Variables, platform: string): readonly string[] {
  const { delimiter, isAbsolute } = rulesOf(platform);
  return variableOf(env, 'PATH').split(delimiter).filter(isAbsolute);
}

/** Returns the absolute path of a program on PATH, or null. Skips relative entries of PATH. */
export function findProgram(name: string, env: Variables, platform: string): string | null {
  const root = variableOf(env, 'SYSTEMROOT');
  const usual = platform === 'win32' && root !== '' ? [`${root}/${POWERSHELL}`] : [];
  const onPath = foldersOf(env, platform).map((folder) => `${folder}/${name}`);
  const all = name === 'powershell.exe' ? [...usual, ...onPath, POWERSHELL_IN_WSL] : onPath;
  return all.find(isProgram) ?? null;
}

/** Returns the environment for a clipboard program: no keys, no tokens, and only the absolute folders of PATH. */
function environmentOf(env: Variables, platform: string): Record<string, string | undefined> {
  const path = foldersOf(env, platform).join(rulesOf(platform).delimiter);
  const kept = Object.entries(env).filter(([name]) => !/^(vocalstack_.*|path)$/i.test(name));
  return { ...Object.fromEntries(kept), PATH: path };
}

/**
 * Replaces `spawn` of node:child_process in the package tinyclip. See rolldown.config.ts. Runs a program by its absolute path and
 * without VocalStack variables. Kills the program if it hangs. For the command `which`, no program runs: the answer is computed
 * here.
 */
export function spawn(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const { env, platform } = process;
  if (command === 'which') return answerWhich(findProgram(args[0] ?? '', env, platform) !== null);
  // If the program is not found, use a path that does not exist. Starting this path then gives the usual error ENOENT.
  const path = findProgram(command, env, platform) ?? `/nowhere/${basename(command)}`;
  const child = spawnProgram(path, args, {
    ...options,
    cwd: dirname(path),
    env: environmentOf(env, platform),
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  // A clipboard program that hangs still has the token, so kill it when this process ends.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

function answerWhich(exists: boolean): ChildProcess {
  const answering = new EventEmitter();
  nextTick(() => answering.emit('close', exists ? 0 : 1));
  return answering as ChildProcess;
}
