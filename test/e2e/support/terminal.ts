import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM, type SpawnOptions, start } from './run-binary';

export interface TerminalResult {
  readonly code: number | null;
  /** All that the terminal was sent. */
  readonly screen: string;
  /** Standard output, where that was a file. */
  readonly out: string;
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * The program in a pseudo-terminal.
 * @param stdout whether standard output is the terminal too, as stderr always is, or a file
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

/** Sequences that move the cursor or erase: all but colours. */
export const REDRAW = /\u001b\[[0-9;?]*[A-HJKSTfhlsu]/;

/** What was sent without its colours, line by line. */
export function plainLines(screen: string): readonly string[] {
  return screen
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .split(/\r*\n/)
    .map((line) => line.replaceAll('\r', ''));
}
