import type { Output } from '../context/io';

const NARROWEST = 20;

/** In characters. For text in other scripts than Latin, wrap-ansi takes time that grows with the square of its length. */
const MAX_WRAPPED = 20_000;

/**
 * Breaks a text into lines that leave `indent` columns free; as it is where there is no width to keep. One that is longer than any
 * screen is left to the terminal.
 */
export type Wrap = (text: string, indent: number) => string;

/** How texts for a person are broken: between words at the width of a terminal, and not at all in a pipe. */
export async function loadWrap(output: Output): Promise<Wrap> {
  if (!output.isTerminal) return (text) => text;
  const { default: wrapAnsi } = await import('wrap-ansi');
  return (text, indent) =>
    text.length > MAX_WRAPPED
      ? text
      : wrapAnsi(text, Math.max(NARROWEST, output.columns() - 1 - indent));
}

/** A text broken by `wrap`, its lines after the first `indent` columns in. */
export function hang(text: string, indent: number, wrap: Wrap): string {
  return wrap(text, indent)
    .split('\n')
    .join(`\n${' '.repeat(indent)}`);
}
