/**
 * Joins the lines of a text. Also joins wrapped command lines (without their backslashes) and wrapped comments (with one `#`).
 */
export const withoutBreaks = (text: string): string =>
  text
    .replace(/ \\\n/g, '\n')
    .replace(/^( +# .*)((?:\n +# .*)+)/gm, (_, first, more) => first + more.replaceAll('# ', ''))
    .replace(/\s+/g, ' ')
    .trim();

/** Matches quoted text. A shell reads it as one word, and help never wraps it. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** Returns the lines that are wider than the terminal, although they have a space where they could be wrapped. */
export function widerThan(columns: number, text: string): readonly string[] {
  const words = (line: string) =>
    line
      .trim()
      .replace(QUOTED, 'x')
      .replace(/^[-#$*] /, '');
  return text.split('\n').filter((line) => line.length > columns && words(line).includes(' '));
}
