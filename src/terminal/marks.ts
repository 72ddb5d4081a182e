import type { Environment } from '../core/environment';

/** Signs before what went well, what did not, and what is not decided. */
export interface Marks {
  readonly good: string;
  readonly bad: string;
  readonly open: string;
}

export const MARKS: Marks = { good: '✓', bad: '✗', open: '?' };
const ASCII_MARKS: Marks = { good: '+', bad: 'x', open: '?' };

/** The console of Linux and simple terminals have few characters. */
const SIMPLE_TERMINALS: readonly (string | undefined)[] = ['linux', 'dumb'];

/** Those that can be shown. A locale that names another encoding than UTF-8 rules the others out; without a locale most terminals show them. */
export function marksFor(env: Environment): Marks {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const isPlain = SIMPLE_TERMINALS.includes(env['TERM']) || !/utf-?8/i.test(locale);
  return isPlain ? ASCII_MARKS : MARKS;
}
