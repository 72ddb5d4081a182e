import type { Environment } from '../core/environment';

/** Marks for success, failure and an undecided result. */
export interface Marks {
  readonly good: string;
  readonly bad: string;
  readonly open: string;
}

export const MARKS: Marks = { good: '✓', bad: '✗', open: '?' };
const ASCII_MARKS: Marks = { good: '+', bad: 'x', open: '?' };

/** Values of TERM for terminals that get ASCII marks. */
const SIMPLE_TERMINALS: readonly (string | undefined)[] = ['linux', 'dumb'];

/**
 * Returns the marks that this terminal can show: ASCII for `SIMPLE_TERMINALS`, and if the encoding of the locale is not UTF-8. If
 * no locale is set, UTF-8 is assumed, because most terminals can show it.
 */
export function marksFor(env: Environment): Marks {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const isPlain = SIMPLE_TERMINALS.includes(env['TERM']) || !/utf-?8/i.test(locale);
  return isPlain ? ASCII_MARKS : MARKS;
}
