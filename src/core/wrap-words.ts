/** A text in lines of at most `columns`, broken between words alone: a word that is longer has a line of its own. */
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

/** A command line in lines of at most `columns`, broken so that a shell reads it as one: between words, after a backslash. */
export function wrapCommand(line: string, columns: number): readonly string[] {
  const words = line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    // Room for the backslash, as if each line had one.
    if (last !== undefined && last.length + 1 + word.length + 2 <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.map((each, index) => (index < lines.length - 1 ? `${each} \\` : each));
}
