import { startShell } from './run-binary';

const SYNTAX = /[|&;<>$`()\n]/;

/** Whether a command line only calls the program, without a pipe, redirection, substitution or second command. */
export function isPlainCall(line: string): boolean {
  return line.startsWith('vstoken ') && !SYNTAX.test(line);
}

/** Returns the arguments that a shell passes to the program for each command line. */
export async function wordsOf(
  shell: 'bash' | 'zsh',
  lines: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const show = `vstoken() { printf '%s\\n' "$#" "$@"; }`;
  const { code, out, err } = await startShell(shell, ['set -e', show, ...lines].join('\n')).done;
  if (code !== 0 || err !== '') throw new Error(`${shell}: ${code} ${err}`);
  const shown = out.split('\n').slice(0, -1);
  return lines.map(() => {
    const count = Number(shown.shift());
    return shown.splice(0, count);
  });
}
