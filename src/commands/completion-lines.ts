import type { Shell } from './completion-scripts';
import type { Candidate, Completion } from './completion-words';

/** A text on one line, without what would end a field of it. */
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

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
    const isOpen = fitting.length > 0 && fitting.every((one) => one.open);
    return [isOpen ? 'open' : 'values', ...fitting.map(({ value }) => value)];
  },

  /** As _describe takes it: a colon ends the value, and a backslash is an escape. Those that end the word come first, after their number. */
  zsh(values) {
    const ended = values.filter((one) => !one.open);
    const lines = [...ended, ...values.filter((one) => one.open)].map(({ value, about }) => {
      const name = value.replaceAll(':', '\\:');
      return about === '' ? name : `${name}:${flat(about).replaceAll('\\', '\\\\')}`;
    });
    return [`values ${ended.length}`, ...lines];
  },

  fish: (values) => ['values', ...values.map(({ value, about }) => `${value}\t${flat(about)}`)],

  powershell(values, word) {
    const typed = word.toLowerCase();
    const fitting = values.filter(({ value }) => value.toLowerCase().startsWith(typed));
    return ['values', ...fitting.map(({ value, about }) => `${value}\t${flat(about) || value}`)];
  },
};
