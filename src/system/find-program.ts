import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Environment } from '../core/environment';

/** The file extensions of programs on Windows. Used if PATHEXT is not set. */
const USUAL_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';
/** The folder of a project's programs. npx and npm add it to PATH, as an absolute path. */
const PROJECT_FOLDER = /[\\/]node_modules[\\/]\.bin[\\/]?$/;

export interface FoundProgram {
  /** The absolute path. Null if no trusted folder of PATH contains the program. */
  readonly path: string | null;
  /** Whether only an untrusted folder of PATH contains the program. */
  readonly isElsewhere: boolean;
}

/**
 * Finds the file of a program on PATH. Skips untrusted folders: the working directory (empty and relative entries) and
 * node_modules/.bin of a project. Reason: the program will read or print the key, so a project's author must not choose it.
 * @param name the name of a program, or an absolute path
 */
export function findProgram(
  name: string,
  env: Environment,
  platform: NodeJS.Platform,
  isProgram: (path: string) => boolean = isExecutable,
): FoundProgram {
  const { isAbsolute, join, delimiter } = platform === 'win32' ? win32 : posix;
  const endings = platform === 'win32' ? endingsOf(name, env) : [''];
  const within = (folder: string) =>
    endings.map((ending) => join(folder, name) + ending).find(isProgram);
  if (isAbsolute(name)) {
    const path = endings.map((ending) => name + ending).find(isProgram);
    // If the file is missing, return the path anyway. Starting the program then gives the usual error ENOENT.
    return { path: path ?? name, isElsewhere: false };
  }
  const folders = (variableOf(env, 'PATH') ?? '').split(delimiter);
  const isTrusted = (folder: string) => isAbsolute(folder) && !PROJECT_FOLDER.test(folder);
  for (const folder of folders.filter(isTrusted)) {
    const path = within(folder);
    if (path !== undefined) return { path, isElsewhere: false };
  }
  const isElsewhere = folders.some((folder) => !isTrusted(folder) && within(folder || '.'));
  return { path: null, isElsewhere };
}

function endingsOf(name: string, env: Environment): readonly string[] {
  const endings = (variableOf(env, 'PATHEXT') || USUAL_EXTENSIONS).split(';').filter(Boolean);
  const isWhole = endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  return isWhole ? [''] : endings;
}

/** Returns an environment variable. Ignores the case of its name, as Windows does. */
function variableOf(env: Environment, name: string): string | undefined {
  return env[name] ?? Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
