import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Environment } from '../core/environment';

/** Of Windows, where PATHEXT is not set. */
const USUAL_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';
/** npx and npm put the folders of a project here into PATH, by their absolute paths. */
const OF_PROJECT = /[\\/]node_modules[\\/]\.bin[\\/]?$/;

export interface FoundProgram {
  /** Null where no folder has it from which programs are run. */
  readonly path: string | null;
  /** Whether another one has it. */
  readonly isElsewhere: boolean;
}

/**
 * The file of a program, by PATH. Entries that are empty or relative name the working directory, and node_modules/.bin is of the
 * project in it: whoever wrote the files there must not choose what gets the key, or gives one.
 * @param name as it is where it is an absolute path
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
    // Whatever there is, the system says what is wrong with it.
    return { path: path ?? name, isElsewhere: false };
  }
  const folders = (variableOf(env, 'PATH') ?? '').split(delimiter);
  const isOpen = (folder: string) => isAbsolute(folder) && !OF_PROJECT.test(folder);
  for (const folder of folders.filter(isOpen)) {
    const path = within(folder);
    if (path !== undefined) return { path, isElsewhere: false };
  }
  const isElsewhere = folders.some((folder) => !isOpen(folder) && within(folder || '.'));
  return { path: null, isElsewhere };
}

function endingsOf(name: string, env: Environment): readonly string[] {
  const endings = (variableOf(env, 'PATHEXT') || USUAL_EXTENSIONS).split(';').filter(Boolean);
  const isWhole = endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  return isWhole ? [''] : endings;
}

/** On Windows the case of a name does not count. */
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
