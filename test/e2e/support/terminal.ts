import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM, type SpawnOptions, start } from './run-binary';

export interface TerminalResult {
  readonly code: number | null;
  readonly screen: string;
  /** The content of standard output if it is a file, otherwise empty. */
  readonly out: string;
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Runs the program in a pseudo-terminal. Standard error is always the terminal.
 * @param stdout whether standard output is the terminal too, or a file
 */
export async function runInTerminal(
  args: readonly string[],
  stdout: 'terminal' | 'file',
  options: SpawnOptions = {},
): Promise<TerminalResult> {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-terminal-'));
  const file = join(folder, 'out');
  const words = [...PROGRAM, ...args].map(quote).join(' ');
  const line = stdout === 'file' ? `${words} > ${quote(file)}` : words;
  try {
    const { code, out } = await start('script', ['-qec', line, '/dev/null'], {
      ...options,
      env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...options.env },
    }).done;
    return { code, screen: out, out: stdout === 'file' ? readFileSync(file, 'utf8') : '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Matches escape sequences that move the cursor or erase text. Does not match colours. */
export const REDRAW = /\u001b\[[0-9;?]*[A-HJKSTfhlsu]/;

/** Returns the lines of the output, without colours and other escape sequences. */
export function plainLines(screen: string): readonly string[] {
  return screen
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .split(/\r*\n/)
    .map((line) => line.replaceAll('\r', ''));
}
