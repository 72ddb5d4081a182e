import { type ChildProcess, type SpawnOptions, spawn as spawnProgram } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, posix, win32 } from 'node:path';
import { nextTick } from './timers';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where PowerShell is, whatever PATH says: below the folder of Windows, and as WSL sees it. */
const POWERSHELL = 'System32/WindowsPowerShell/v1.0/powershell.exe';
const POWERSHELL_IN_WSL = '/mnt/c/Windows/System32/WindowsPowerShell/v1.0/powershell.exe';

const rulesOf = (platform: string) => (platform === 'win32' ? win32 : posix);

/** The variable of that name, in whatever case Windows has it. */
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

/** The folders of PATH that are absolute: another one may be where a stranger's files are, such as the working directory. */
function foldersOf(env: Variables, platform: string): readonly string[] {
  const { delimiter, isAbsolute } = rulesOf(platform);
  return variableOf(env, 'PATH').split(delimiter).filter(isAbsolute);
}

/** The absolute path of a program on PATH, but for entries that are relative; null where there is none. */
export function findProgram(name: string, env: Variables, platform: string): string | null {
  const root = variableOf(env, 'SYSTEMROOT');
  const usual = platform === 'win32' && root !== '' ? [`${root}/${POWERSHELL}`] : [];
  const onPath = foldersOf(env, platform).map((folder) => `${folder}/${name}`);
  const all = name === 'powershell.exe' ? [...usual, ...onPath, POWERSHELL_IN_WSL] : onPath;
  return all.find(isProgram) ?? null;
}

/** What a helper needs no part of: our keys and tokens. It looks for programs of its own by the PATH of `findProgram`. */
function environmentOf(env: Variables, platform: string): Record<string, string | undefined> {
  const path = foldersOf(env, platform).join(rulesOf(platform).delimiter);
  const kept = Object.entries(env).filter(([name]) => !/^(vocalstack_.*|path)$/i.test(name));
  return { ...Object.fromEntries(kept), PATH: path };
}

/**
 * What tinyclip starts programs by, in the place of node:child_process (rolldown.config.ts): the same, but with the absolute path of
 * the program, without our variables, and killed for good when it does not end. `which` is answered here.
 */
export function spawn(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const { env, platform } = process;
  if (command === 'which') return answerWhich(findProgram(args[0] ?? '', env, platform) !== null);
  // A path that is nowhere fails as a name that was not found.
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
