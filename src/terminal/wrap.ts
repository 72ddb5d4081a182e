import type { Output } from '../context/io';

const NARROWEST = 20;

/** Maximum length of a text that is wrapped, in characters. Reason: for non-Latin scripts wrap-ansi takes quadratic time. */
const MAX_WRAPPED = 20_000;

/**
 * Wraps a text into lines and leaves `indent` columns free. Outside a terminal, texts are not wrapped. Texts that are longer than
 * any screen are not wrapped either.
 */
export type WrapText = (text: string, indent: number) => string;

/**
 * Returns a function that wraps texts at the width of the terminal. If the output is no terminal, the function changes nothing.
 */
export async function loadWrap(output: Output): Promise<WrapText> {
  if (!output.isTerminal) return (text) => text;
  const { default: wrapAnsi } = await import('wrap-ansi');
  return (text, indent) =>
    text.length > MAX_WRAPPED
      ? text
      : wrapAnsi(text, Math.max(NARROWEST, output.columns() - 1 - indent));
}

/** Wraps a text and indents all lines except the first. */
export function wrapHanging(text: string, indent: number, wrap: WrapText): string {
  return wrap(text, indent)
    .split('\n')
    .join(`\n${' '.repeat(indent)}`);
}
