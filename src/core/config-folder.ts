import type { Environment } from './environment';
/** The settings file in that folder. */
export function configPath(folder: string): string {
  return `${folder}/config.json`;
}

const CONFIG_VARIABLE = 'VOCALSTACK_CONFIG_DIR';
const NAME = 'vstoken';

/**
 * Where settings and state live: the variable, else where each system keeps them.
 * Linux: https://specifications.freedesktop.org/basedir-spec (a relative XDG_CONFIG_HOME is ignored).
 */
export function configFolder(env: Environment, platform: string, home: string): string {
  const named = env[CONFIG_VARIABLE];
  if (named) return named;
  if (platform === 'win32') {
    return `${env['APPDATA'] || `${home}\\AppData\\Roaming`}\\${NAME}`;
  }
  if (platform === 'darwin') return `${home}/Library/Application Support/${NAME}`;
  const xdg = env['XDG_CONFIG_HOME'];
  return `${xdg?.startsWith('/') ? xdg : `${home}/.config`}/${NAME}`;
}
