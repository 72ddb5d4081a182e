import type { Shell } from './completion-scripts';
import type { Candidate, Completion } from './completion-words';

/** A text on one line, without what would end a field of it. */
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

const without = ({ value }: Candidate) => value;

/**
 * What can stand in the place of a word, as the script of a shell reads it: a line that says what it is, then a line for each
 * value. bash and PowerShell show what they are told; zsh and fish choose among it themselves, each in its own way.
 */
export function renderLines(
  shell: Shell,
  word: string,
  { offer, values, skip }: Completion,
): string {
  if (offer !== 'values') return `${offer}${offer === 'files' ? ` ${skip}` : ''}\n`;
  return `${FORMS[shell](values, word).join('\n')}\n`;
}

const FORMS: Readonly<
  Record<Shell, (values: readonly Candidate[], word: string) => readonly string[]>
> = {
  bash(values, word) {
    const fitting = values.filter(({ value }) => value.startsWith(word));
    const isOpen = fitting.every((one) => one.open);
    return [isOpen ? 'open' : 'values', ...fitting.map(without)];
  },

  /** As _describe takes it: a colon ends the value unless a backslash stands before it. */
  zsh(values) {
    const lines = (isOpen: boolean) =>
      values
        .filter((one) => one.open === isOpen)
        .map(({ value, about }) => `${value.replaceAll(':', '\\:')}:${flat(about)}`);
    return ['values', ...lines(false), 'open', ...lines(true)];
  },

  fish: (values) => ['values', ...values.map(({ value, about }) => `${value}\t${flat(about)}`)],

  powershell(values, word) {
    const typed = word.toLowerCase();
    const fitting = values.filter(({ value }) => value.toLowerCase().startsWith(typed));
    return ['values', ...fitting.map(({ value, about }) => `${value}\t${flat(about) || value}`)];
  },
};
