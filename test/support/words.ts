/** Joins the lines of a text, of wrapped command lines (without their backslashes), and of wrapped comments (with one #). */
export const withoutBreaks = (text: string): string =>
  text
    .replace(/ \\\n/g, '\n')
    .replace(/^( +# .*)((?:\n +# .*)+)/gm, (_, first, more) => first + more.replaceAll('# ', ''))
    .replace(/\s+/g, ' ')
    .trim();

/** Quoted text, which a shell reads as one word, and which help never wraps. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** Returns the lines that are wider than the terminal although they could be wrapped at a space. */
export function widerThan(columns: number, text: string): readonly string[] {
  const words = (line: string) =>
    line
      .trim()
      .replace(QUOTED, 'x')
      .replace(/^[-#$*] /, '');
  return text.split('\n').filter((line) => line.length > columns && words(line).includes(' '));
}
