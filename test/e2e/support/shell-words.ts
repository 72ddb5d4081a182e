import { startShell } from './run-binary';

const SYNTAX = /[|&;<>$`()\n]/;

/** Whether a line is a call of the program and no more: nothing is piped, redirected, substituted or run beside it. */
export function isPlainCall(line: string): boolean {
  return line.startsWith('vstoken ') && !SYNTAX.test(line);
}

/** The arguments that the program gets from each line in a shell. */
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
