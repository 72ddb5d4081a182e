import type { Shell } from './scripts';
import type { Candidate, Completion } from './words';

/**
 * Whether vstoken sends a value to the shell, given the word at the cursor. bash and PowerShell show every value that they
 * receive, so vstoken sends only values that begin with the word. zsh and fish select the values themselves.
 */
const FITS: Readonly<Record<Shell, (value: string, word: string) => boolean>> = {
  bash: (value, word) => value.startsWith(word),
  zsh: () => true,
  fish: () => true,
  powershell: (value, word) => value.toLowerCase().startsWith(word.toLowerCase()),
};

/** Removes the values that do not begin with the word at the cursor, if the shell does not select the values itself. */
export function fitToWord(shell: Shell, word: string, completion: Completion): Completion {
  const values = completion.values.filter(({ value }) => FITS[shell](value, word));
  return { ...completion, values };
}

/** Replaces line breaks and tabs with spaces, because in the output, a line break or a tab ends a field. */
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

const FORMS: Readonly<Record<Shell, (values: readonly Candidate[]) => readonly string[]>> = {
  bash(values) {
    const isOpen = values.length > 0 && values.every((one) => one.open);
    return [isOpen ? 'open' : 'values', ...values.map(({ value }) => value)];
  },

  /**
   * Lines for `_describe` of zsh. In a line, a colon ends the value, and a backslash escapes the next character. The values
   * that are a complete word (`open` is false) come first. After them come the values to which the user can add more text in the
   * same word (`open` is true). The line before all values contains the number of the complete words.
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

/** Formats a completion for the script of the shell: a line with the kind of completion, then one line per value. */
export function renderLines(shell: Shell, { offer, values, skip }: Completion): string {
  if (offer === 'values') return `${FORMS[shell](values).join('\n')}\n`;
  return offer === 'files' ? `files ${skip}\n` : 'command\n';
}
