/** A text without its line breaks, without the backslashes of a broken command line, and with one # for each comment. */
export const withoutBreaks = (text: string): string =>
  text
    .replace(/ \\\n/g, '\n')
    .replace(/^( +# .*)((?:\n +# .*)+)/gm, (_, first, more) => first + more.replaceAll('# ', ''))
    .replace(/\s+/g, ' ')
    .trim();

/** What a shell takes as one word, and help never breaks. */
const QUOTED = /'[^']*'|"[^"]*"/g;

/** The lines that are wider than a terminal although there is a space to break them at. */
export function widerThan(columns: number, text: string): readonly string[] {
  const words = (line: string) =>
    line
      .trim()
      .replace(QUOTED, 'x')
      .replace(/^[-#$*] /, '');
  return text.split('\n').filter((line) => line.length > columns && words(line).includes(' '));
}
