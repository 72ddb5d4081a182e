import type { Output } from '../context';
import type { Wrap } from './render';

const NARROWEST = 20;

/** How texts for a person are broken: at the width of a terminal, and not at all in a pipe. */
export async function loadWrap(output: Output): Promise<Wrap> {
  if (!output.isTerminal) return (text) => text;
  const { default: wrapAnsi } = await import('wrap-ansi');
  return (text, indent) =>
    wrapAnsi(text, Math.max(NARROWEST, output.columns() - 1 - indent), { hard: true });
}
