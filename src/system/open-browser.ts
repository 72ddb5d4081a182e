import type { OpenBrowser } from '../context/page';
import { type Environment, isCi } from '../core/environment';
import type { Spawn } from './run-program';

interface BrowserDependencies {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  readonly spawn: Spawn;
}

/** The variables of a desktop (X11, Wayland), and the variable that WSL sets. */
const DISPLAYS = ['DISPLAY', 'WAYLAND_DISPLAY'];
const WSL_VARIABLE = 'WSL_DISTRO_NAME';

/**
 * Implements `OpenBrowser`. Runs the operating system's own program for opening a URL. No npm package is used for this, because
 * the packages would pass all environment variables to that program.
 */
export function createOpenBrowser({ platform, env, spawn }: BrowserDependencies): OpenBrowser {
  return async (url) => {
    if (isCi(env)) return 'vstoken opens no browser in CI.';
    const command = commandFor(platform, env, url);
    if (command === null) return 'This machine has no display.';
    const [program, ...args] = command;
    return new Promise((resolve) => {
      const child = spawn(program, args, {
        env: withoutVocalstackVariables(env),
        stdio: 'ignore',
        windowsHide: true,
        // Starts a new process group, so that Ctrl-C in the terminal does not end the browser.
        detached: platform !== 'win32',
      });
      child.unref();
      child.once('error', () => resolve('The program that opens a browser could not be run.'));
      child.once('exit', (code) =>
        resolve(code === 0 ? null : 'The program that opens a browser failed.'),
      );
    });
  };
}

/** Returns the command that opens a URL. Null if there is no display. */
function commandFor(
  platform: NodeJS.Platform,
  env: Environment,
  url: string,
): readonly [string, ...string[]] | null {
  const browser = env['BROWSER'];
  if (browser) return [browser, url];
  const show = ['url.dll,FileProtocolHandler', url];
  // Use the full path, because Windows searches the working directory first.
  if (platform === 'win32') {
    return [`${variable(env, 'SystemRoot') || 'C:\\Windows'}\\System32\\rundll32.exe`, ...show];
  }
  if (platform === 'darwin') return ['/usr/bin/open', url];
  if (variable(env, WSL_VARIABLE)) return ['rundll32.exe', ...show];
  return DISPLAYS.some((name) => variable(env, name)) ? ['xdg-open', url] : null;
}

const variable = (env: Environment, name: string) => env[name];

/** Removes VocalStack variables. A browser does not need them, and some are secret. */
function withoutVocalstackVariables(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^VOCALSTACK_/i.test(name)));
}
