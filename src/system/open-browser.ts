import type { OpenBrowser } from '../context/page';
import { type Environment, isCi } from '../core/environment';
import type { Spawn } from './run-program';

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  readonly spawn: Spawn;
}

/** One of them is set where there is a display, and the last where Windows is around a Linux. */
const DISPLAYS = ['DISPLAY', 'WAYLAND_DISPLAY'];
const WINDOWS_AROUND = 'WSL_DISTRO_NAME';

/** See OpenBrowser. The programs are those of the system: a package for this would hand on the whole environment. */
export function createOpenBrowser({ platform, env, spawn }: Surroundings): OpenBrowser {
  return async (url) => {
    if (isCi(env)) return 'This is CI.';
    const command = commandFor(platform, env, url);
    if (command === null) return 'There is no display here.';
    const [program, ...args] = command;
    return new Promise((resolve) => {
      const child = spawn(program, args, {
        env: withoutOurs(env),
        stdio: 'ignore',
        windowsHide: true,
        // Ctrl-C in the terminal is for this program, and not for the browser.
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

/** Null where nobody would see it. */
function commandFor(
  platform: NodeJS.Platform,
  env: Environment,
  url: string,
): readonly [string, ...string[]] | null {
  const browser = env['BROWSER'];
  if (browser) return [browser, url];
  const show = ['url.dll,FileProtocolHandler', url];
  // By its path: Windows would look for it in the working directory first.
  if (platform === 'win32') {
    return [`${variable(env, 'SystemRoot') || 'C:\\Windows'}\\System32\\rundll32.exe`, ...show];
  }
  if (platform === 'darwin') return ['/usr/bin/open', url];
  if (variable(env, WINDOWS_AROUND)) return ['rundll32.exe', ...show];
  return DISPLAYS.some((name) => variable(env, name)) ? ['xdg-open', url] : null;
}

const variable = (env: Environment, name: string) => env[name];

/** A browser needs none of our variables, and some are secret. */
function withoutOurs(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^VOCALSTACK_/i.test(name)));
}
