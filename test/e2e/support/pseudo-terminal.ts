import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEachFile } from '../../support/cleanup';
import { PROGRAM } from './run-binary';

/** A pseudo-terminal in which a shell runs a script. Tests can type in it and read its screen. */
export interface PseudoTerminal {
  screen(): string;
  /** The process id of the shell, or of the program if the script ends with `exec`. */
  pid(): number;
  type(keys: string): void;
  /** Resolves when the pattern matches the output since the last match. Rejects if the script ends first. */
  until(shown: RegExp): Promise<void>;
  /** Sets the terminal's modes from another process, as a shell does after a program in the terminal was suspended. */
  setModes(...modes: readonly string[]): void;
  /** Whether the terminal currently shows what is typed. */
  echoes(): boolean;
  /** Closes the terminal, as when its window is closed. The program can then no longer read from the terminal or write to it. */
  close(): void;
  readonly done: Promise<{ readonly code: number | null }>;
}

const open = new Set<() => void>();
afterEachFile(() => {
  for (const close of open) close();
});

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Returns the command line of the built program, quoted for a script. */
export function programLine(args: readonly string[]): string {
  return [...PROGRAM, ...args].map(quote).join(' ');
}

/**
 * Opens a pseudo-terminal, and runs a script in it.
 * @param script a script for `sh`
 */
export function openTerminal(
  script: string,
  env: Readonly<Record<string, string>>,
): PseudoTerminal {
  const home = mkdtempSync(join(tmpdir(), 'vstoken-terminal-'));
  // The program `script` of util-linux suspends itself if its child process is suspended. A test may suspend the shell that runs
  // the test's script, so this shell is not the child process of `script`. The child process is another shell, which starts this
  // shell.
  const inner = `stty cols 80 rows 24; echo "tty=$(tty) pid=$$ "; ${script}`;
  const line = `sh -c ${quote(inner)}; exit $?`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      ...env,
    },
  });
  const close = () => void child.kill('SIGKILL');
  open.add(close);
  let screen = '';
  let from = 0;
  let look = () => {};
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    screen += data;
    look();
  });
  const done = new Promise<{ readonly code: number | null }>((resolve) => {
    child.on('close', (code) => {
      open.delete(close);
      rmSync(home, { recursive: true, maxRetries: 5 });
      resolve({ code });
    });
  });
  const stty = (...modes: readonly string[]) => {
    const words = ['-F', announced(/tty=(\S+) /), ...modes];
    const { status, stdout, stderr } = spawnSync('stty', words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`stty: ${stderr}`);
    return stdout;
  };
  const announced = (pattern: RegExp) => pattern.exec(screen)?.[1] ?? '';
  return {
    screen: () => screen,
    pid: () => Number(announced(/ pid=(\d+) /)),
    type: (keys) => void child.stdin.write(keys),
    until: (shown) =>
      Promise.race([
        new Promise<void>((resolve) => {
          look = () => {
            if (!shown.test(stripVTControlCharacters(screen.slice(from)))) return;
            from = screen.length;
            resolve();
          };
          look();
        }),
        done.then(() => {
          throw new Error(`It ended before it has shown ${shown}: ${screen}`);
        }),
      ]),
    setModes: (...modes) => void stty(...modes),
    echoes: () => !/-echo\b/.test(stty('-a')),
    close,
    done,
  };
}

/** Waits until a file contains a complete line. Returns the text of the file. */
export async function untilWritten(path: string): Promise<string> {
  for (;;) {
    const text = readIfThere(path);
    if (text.endsWith('\n')) return text.trim();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
