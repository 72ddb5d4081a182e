import { open } from 'node:fs/promises';
import type { Clipboard } from '../context/clipboard';
import { CliError } from '../core/errors';
import { isError } from '../core/is-error';
import { raceAbort } from '../core/race-abort';
import { findProgram } from './clipboard-process';

/** The parts of `process` that are used here. Tests replace them. tinyclip itself always reads the global `process`. */
type Host = Pick<NodeJS.Process, 'env' | 'platform'>;

const UNIX: readonly string[] = ['linux', 'freebsd', 'openbsd'];

/** Returns the program that copies on this system. On Wayland without wl-copy, this is a program for X11. */
function clipboardProgram({ env, platform }: Host): string | null {
  const find = (name: string) => (findProgram(name, env, platform) ? name : null);
  if (platform === 'darwin') return find('pbcopy');
  if (platform === 'android') return find('termux-clipboard-set');
  if (platform === 'win32') return find('powershell.exe');
  if (!UNIX.includes(platform)) return null;
  if (env['WSL_DISTRO_NAME']) return find('powershell.exe');
  const wayland = env['WAYLAND_DISPLAY'] ? find('wl-copy') : null;
  return wayland ?? (env['DISPLAY'] ? (find('xsel') ?? find('xclip')) : null);
}

export function createClipboard(node: Host): Clipboard {
  const helper = clipboardProgram(node);
  return {
    helper,
    async copy(text, signal) {
      const { writeText } = await import('tinyclip');
      signal.throwIfAborted();
      const { WAYLAND_DISPLAY: wayland } = node.env;
      // If WAYLAND_DISPLAY is set, tinyclip always runs wl-copy. To use another program, unset the variable during this call.
      if (helper !== 'wl-copy') delete node.env['WAYLAND_DISPLAY'];
      try {
        await raceAbort(writeText(text.reveal()), signal);
      } catch (thrown) {
        signal.throwIfAborted();
        throw failed(helper, thrown);
      } finally {
        if (wayland !== undefined) node.env['WAYLAND_DISPLAY'] = wayland;
      }
    },
    async writeToTerminal(text) {
      try {
        const terminal = await open('/dev/tty', 'w');
        await terminal.writeFile(text).finally(() => terminal.close());
      } catch (cause) {
        throw new CliError('no_clipboard', 'Could not ask the terminal to copy the token.', {
          hint: 'Print the token instead: vstoken mint',
          cause,
        });
      }
    },
  };
}

/** Returns an error without tinyclip's message, because that message quotes the output of the program. */
function failed(helper: string | null, thrown: unknown): CliError {
  const { cause } = isError(thrown) ? thrown : {};
  const hangs = isError(cause) && cause.name === 'AbortError';
  const what = hangs ? 'did not end within 3 s' : 'failed';
  return new CliError(
    'no_clipboard',
    `${helper ?? 'The clipboard program'} ${what}. The token is not in the clipboard.`,
    { hint: 'Try the program by hand, or print the token instead: vstoken mint', cause: thrown },
  );
}
