import type { Environment } from './environment';
import { CliError } from './errors';
import { requireVisible } from './find-invisible';

export function configPath(folder: string): string {
  return `${folder}/config.json`;
}

const CONFIG_VARIABLE = 'VOCALSTACK_CONFIG_DIR';
const NAME = 'vstoken';

/** The folder that contains the settings and the state of this program. */
export interface ConfigLocation {
  readonly folder: string;
  /**
   * The path in the environment variable that determines `folder`. For VOCALSTACK_CONFIG_DIR, this is `folder` itself. For other
   * variables, such as HOME, it is a folder above `folder`.
   */
  readonly base: string;
}

/**
 * Returns the settings folder: from VOCALSTACK_CONFIG_DIR, or by the convention of the operating system (for Linux, see the URL).
 * https://specifications.freedesktop.org/basedir-spec
 * @throws CliError `config_unsafe` for a relative path. Reason: the folder would depend on the working directory.
 */
export function configFolder(env: Environment, platform: string, home: string): ConfigLocation {
  const within = (path: string, variable: string, subfolder: string): ConfigLocation => {
    const base = requireAbsolute(path, variable, platform);
    return { folder: `${base}${subfolder}${NAME}`, base };
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

/**
 * Checks that a path is absolute. On Windows, accepts a path without a drive, as Node.js does. On other systems, only `/` begins
 * an absolute path, because a backslash has no special meaning.
 */
function requireAbsolute(path: string, variable: string, platform: string): string {
  requireVisible(path, variable, 'config_unsafe');
  const isAbsolute = platform === 'win32' ? /^([a-z]:)?[\\/]/i : /^\//;
  if (isAbsolute.test(path)) return path;
  throw new CliError(
    'config_unsafe',
    `${variable} is not an absolute path, so the folder for keys and settings would depend on the working directory.`,
    {
      hint: `Set ${variable} to an absolute path. A shell does not replace a ~ in quotes: write "$HOME" instead of ~.`,
    },
  );
}
