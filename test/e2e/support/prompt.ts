import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PROGRAM } from './run-binary';

/** A pattern for the text that the terminal must show, and the test's answer: typed keys, or a signal. */
export type Answer = readonly [shown: RegExp, keys: string | { readonly signal: NodeJS.Signals }];

/** Runs the program in a pseudo-terminal, and answers its prompts. */
export function runPrompted(
  args: readonly string[],
  answers: readonly Answer[],
  env: Readonly<Record<string, string>>,
  columns = 80,
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const home = mkdtempSync(join(tmpdir(), 'vstoken-prompt-'));
  const words = [...PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
  const line = `stty cols ${columns} rows 24; echo pid=$$; exec ${words}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      ...env,
    },
  });
  let screen = '';
  let from = 0;
  const left = [...answers];
  child.stdout.on('data', (data) => {
    screen += data;
    const [next] = left;
    if (!next?.[0].test(stripVTControlCharacters(screen.slice(from)))) return;
    left.shift();
    from = screen.length;
    const [, keys] = next;
    if (typeof keys === 'string') child.stdin.write(keys);
    else process.kill(Number(/pid=(\d+)/.exec(screen)?.[1]), keys.signal);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      rmSync(home, { recursive: true });
      resolve({ code, screen });
    });
  });
}
