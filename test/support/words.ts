/**
 * Joins the lines of a text. In wrapped command lines, the backslashes are removed. In wrapped comments, only the first `#` is
 * kept.
 */
export const withoutBreaks = (text: string): string =>
  text
    .replace(/ \\\n/g, '\n')
    .replace(/^( +# .*)((?:\n +# .*)+)/gm, (_, first, more) => first + more.replaceAll('# ', ''))
    .replace(/\s+/g, ' ')
    .trim();

/** Matches quoted text. A shell reads quoted text as one word, and help never wraps it. */
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
