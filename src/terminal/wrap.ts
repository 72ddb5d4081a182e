import type { Output } from '../context/io';

const NARROWEST = 20;

/** The longest text that is wrapped, in characters. For non-Latin scripts wrap-ansi takes quadratic time. */
const MAX_WRAPPED = 20_000;

/**
 * Wraps a text into lines with `indent` columns free. Without a width it stays as it is, and so does a text that is longer than
 * any screen.
 */
export type Wrap = (text: string, indent: number) => string;

/** How texts are wrapped: at the width of a terminal, and not at all in a pipe. */
export async function loadWrap(output: Output): Promise<Wrap> {
  if (!output.isTerminal) return (text) => text;
  const { default: wrapAnsi } = await import('wrap-ansi');
  return (text, indent) =>
    text.length > MAX_WRAPPED
      ? text
      : wrapAnsi(text, Math.max(NARROWEST, output.columns() - 1 - indent));
}

/** Wraps a text and indents its lines after the first. */
export function hang(text: string, indent: number, wrap: Wrap): string {
  return wrap(text, indent)
    .split('\n')
    .join(`\n${' '.repeat(indent)}`);
}
