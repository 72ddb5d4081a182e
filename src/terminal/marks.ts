import type { Environment } from '../core/environment';

/** Marks for success, failure and undecided. */
export interface Marks {
  readonly good: string;
  readonly bad: string;
  readonly open: string;
}

export const MARKS: Marks = { good: '✓', bad: '✗', open: '?' };
const ASCII_MARKS: Marks = { good: '+', bad: 'x', open: '?' };

/** ASCII marks for the Linux console and simple terminals. */
const SIMPLE_TERMINALS: readonly (string | undefined)[] = ['linux', 'dumb'];

/**
 * The marks that this terminal can show. A locale with another encoding than UTF-8 gets ASCII. Without a locale most terminals
 * can show UTF-8.
 */
export function marksFor(env: Environment): Marks {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const isPlain = SIMPLE_TERMINALS.includes(env['TERM']) || !/utf-?8/i.test(locale);
  return isPlain ? ASCII_MARKS : MARKS;
}
