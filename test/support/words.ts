/**
 * Joins the lines of a text. Removes the backslashes that break a command line, and all but the first `#` of a comment that has
 * several lines.
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
