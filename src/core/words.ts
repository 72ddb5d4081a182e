/** `1 segment`, `2 segments`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Text broken between words, so that no line is longer than `columns`, but for words that are. Lines after the first are indented.
 * @param indent in columns, which the first line has already
 */
export function wrapWords(text: string, columns: number, indent: number): string {
  const width = Math.max(NARROWEST, columns - indent);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

const NARROWEST = 20;
