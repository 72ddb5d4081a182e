/** Breaks a text between words into lines of at most `columns` characters. A longer word has its own line. */
export function wrapWords(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/**
 * Breaks a command line between words into lines of at most `columns` characters. Puts a backslash at each break, so that a shell
 * accepts the command.
 */
export function wrapCommand(line: string, columns: number): readonly string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    // Every line needs space for the backslash.
    if (last !== undefined && last.length + 1 + word.length + 2 <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.map((each, index) => (index < lines.length - 1 ? `${each} \\` : each));
}
