import type { Shell } from './scripts';
import type { Candidate, Completion } from './words';

/** bash and PowerShell show all values they get. zsh and fish filter values themselves, each in its own way. */
const FITS: Readonly<Record<Shell, (value: string, word: string) => boolean>> = {
  bash: (value, word) => value.startsWith(word),
  zsh: () => true,
  fish: () => true,
  powershell: (value, word) => value.toLowerCase().startsWith(word.toLowerCase()),
};

/** The part of a completion that a shell needs for a word. */
export function fitToWord(shell: Shell, word: string, completion: Completion): Completion {
  const values = completion.values.filter(({ value }) => FITS[shell](value, word));
  return { ...completion, values };
}

/** Puts a text on one line, without characters that end a field. */
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

const FORMS: Readonly<Record<Shell, (values: readonly Candidate[]) => readonly string[]>> = {
  bash(values) {
    const isOpen = values.length > 0 && values.every((one) => one.open);
    return [isOpen ? 'open' : 'values', ...values.map(({ value }) => value)];
  },

  /**
   * For zsh's _describe: a colon ends the value, and a backslash escapes. Values that end the word come first, after their
   * number.
   */
  zsh(values) {
    const ended = values.filter((one) => !one.open);
    const lines = [...ended, ...values.filter((one) => one.open)].map(({ value, about }) => {
      const name = value.replaceAll(':', '\\:');
      return about === '' ? name : `${name}:${flat(about).replaceAll('\\', '\\\\')}`;
    });
    return [`values ${ended.length}`, ...lines];
  },

  fish: (values) => ['values', ...values.map(({ value, about }) => `${value}\t${flat(about)}`)],

  powershell: (values) => [
    'values',
    ...values.map(({ value, about }) => `${value}\t${flat(about) || value}`),
  ],
};

/** A completion as the shell's script reads it: a line with the kind, then a line for each value. */
export function renderLines(shell: Shell, { offer, values, skip }: Completion): string {
  if (offer === 'values') return `${FORMS[shell](values).join('\n')}\n`;
  return offer === 'files' ? `files ${skip}\n` : 'command\n';
}
