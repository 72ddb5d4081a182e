/**
 * Joins the lines of a text. Removes the backslashes at the ends of command lines that continue on the next line. Of a comment
 * with several lines, keeps only the first `#`.
 */
export const withoutBreaks = (text: string): string =>
  text
    .replace(/ \\\n/g, '\n')
    .replace(/^( +# .*)((?:\n +# .*)+)/gm, (_, first, more) => first + more.replaceAll('# ', ''))
    .replace(/\s+/g, ' ')
    .trim();

/** Matches quoted text. The help never wraps quoted text, because a shell reads it as one word. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** Returns the lines that are wider than the terminal and could have been wrapped at a space. */
export function widerThan(columns: number, text: string): readonly string[] {
  const words = (line: string) =>
    line
      .trim()
      .replace(QUOTED, 'x')
      .replace(/^[-#$*] /, '');
  return text.split('\n').filter((line) => line.length > columns && words(line).includes(' '));
}
