import type { Environment } from './environment';
import { CliError } from './errors';
import { requireSeen } from './unseen';

/** The settings file in that folder. */
export function configPath(folder: string): string {
  return `${folder}/config.json`;
}

const CONFIG_VARIABLE = 'VOCALSTACK_CONFIG_DIR';
const NAME = 'vstoken';

/** Where settings and state live. */
export interface ConfigPlace {
  readonly folder: string;
  /** The folder that the environment names and that this is in, such as HOME; the same where this is the one that is named. */
  readonly base: string;
}

/**
 * Where settings and state live: the variable, else where each system keeps them.
 * Linux: https://specifications.freedesktop.org/basedir-spec
 * @throws CliError `config_unsafe` for a path that is not absolute: a key would be kept, and a server be read, in the working directory
 */
export function configPlace(env: Environment, platform: string, home: string): ConfigPlace {
  const within = (path: string, variable: string, way: string): ConfigPlace => {
    const base = requireAbsolute(path, variable, platform);
    return { folder: `${base}${way}${NAME}`, base };
  };
  const named = env[CONFIG_VARIABLE];
  if (named) {
    const folder = requireAbsolute(named, CONFIG_VARIABLE, platform);
    return { folder, base: folder };
  }
  if (platform === 'win32' && env['APPDATA']) return within(env['APPDATA'], 'APPDATA', '\\');
  if (platform === 'win32') return within(home, 'HOME', '\\AppData\\Roaming\\');
  if (platform === 'darwin') return within(home, 'HOME', '/Library/Application Support/');
  const xdg = env['XDG_CONFIG_HOME'];
  return xdg ? within(xdg, 'XDG_CONFIG_HOME', '/') : within(home, 'HOME', '/.config/');
}

/** Also without a drive on Windows, as Node.js has it. Elsewhere a backslash is a character like others. */
function requireAbsolute(path: string, variable: string, platform: string): string {
  requireSeen(path, variable, 'config_unsafe');
  const isAbsolute = platform === 'win32' ? /^([a-z]:)?[\\/]/i : /^\//;
  if (isAbsolute.test(path)) return path;
  throw new CliError(
    'config_unsafe',
    `${variable} is not an absolute path: keys and settings would be those of the working directory.`,
    {
      hint: `Set ${variable} to a whole path. A shell replaces a ~ only where it is not in quotes; in quotes use "$HOME".`,
    },
  );
}
