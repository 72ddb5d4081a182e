import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEachFile } from '../../support/cleanup';
import { PROGRAM } from './run-binary';

/** A pseudo-terminal in which a shell runs a script, and a person at its keyboard. */
export interface PseudoTerminal {
  /** All that the terminal was sent. */
  screen(): string;
  /** The number of the shell, which becomes that of the program when the script ends with `exec`. */
  pid(): number;
  type(keys: string): void;
  /** Resolves when the terminal has shown this since the last call; rejects when it ends without. */
  until(shown: RegExp): Promise<void>;
  /** Sets the modes of the terminal from outside, as a shell does when it has stopped a job. */
  setModes(...modes: readonly string[]): void;
  /** Whether what is typed is shown, as the terminal is set at this moment. */
  echoes(): boolean;
  /** Closes the window: whoever reads the terminal or writes to it finds nobody there. */
  close(): void;
  readonly done: Promise<{ readonly code: number | null }>;
}

const open = new Set<() => void>();
afterEachFile(() => {
  for (const close of open) close();
});

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** The words of the built program, for a script. */
export function programLine(args: readonly string[]): string {
  return [...PROGRAM, ...args].map(quote).join(' ');
}

/** @param script for `sh`; it runs in a session of its own */
export function openTerminal(
  script: string,
  env: Readonly<Record<string, string>>,
): PseudoTerminal {
  const home = mkdtempSync(join(tmpdir(), 'vstoken-terminal-'));
  // Not the child of `script` itself, which would stop when that is stopped.
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

/** What a file holds once something is in it. */
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
