import type { Page } from '../../cli/define';
import { wrapCommand, wrapWords } from '../../core/wrap-words';
import type { Style } from '../../terminal/style';

/** Width of the text if the output is not a terminal, in characters. */
const USUAL_COLUMNS = 80;
/** Maximum width of the text, in characters. Longer lines are hard to read. */
const MAX_COLUMNS = 100;
/** Maximum width of a term in the first column, in characters. A longer term gets its own line. */
const WIDEST_TERM = 28;
const INDENT = 2;

export interface Item {
  readonly term: string;
  readonly text: string;
}

/** The functions that format the parts of a help page. They never break a word. */
export interface Layout {
  heading(text: string): string;
  paragraph(text: string): string;
  /** A heading, followed by a text on the same line. */
  entry(heading: string, text: string): string;
  /**
   * A list with the terms in the first column and the texts in the second. On a narrow page, each text is below its term.
   * @param all terms of several lists; with the same `all`, the second columns of these lists begin at the same position
   */
  items(items: readonly Item[], all?: readonly string[]): string;
  /** A command line to copy. */
  command(line: string): string;
  /** A comment above a command line. It says what the command does. */
  comment(text: string): string;
}

export function layoutFor({ columns, isNarrow, style }: Page): Layout {
  const width = Math.min(columns ?? USUAL_COLUMNS, MAX_COLUMNS);
  const lines = (text: string, indent: number) =>
    wrapWords(text, width - indent).map((line) => `${' '.repeat(indent)}${line}\n`);
  return {
    heading: (text) => `${style.bold(`${text}:`)}\n`,
    paragraph: (text) => lines(text, 0).join(''),
    entry(heading, text) {
      const lead = `${heading}:`;
      const all = lines(`${lead} ${text}`, 0).join('');
      return all.startsWith(lead) ? style.bold(lead) + all.slice(lead.length) : all;
    },
    items(items, all = items.map(({ term }) => term)) {
      const fitting = all.map(({ length }) => length).filter((length) => length <= WIDEST_TERM);
      const term = Math.max(0, ...fitting);
      const indent = isNarrow ? 3 * INDENT : INDENT + term + 2;
      return items
        .map((item) => renderItem(item, lines(item.text, indent), indent, isNarrow, style))
        .join('');
    },
    command(line) {
      const [first = '', ...rest] = wrapCommand(line, width - 2 * INDENT);
      return `  $ ${style.cyan(first)}\n${rest.map((each) => `    ${style.cyan(each)}\n`).join('')}`;
    },
    comment: (text) =>
      wrapWords(text, width - INDENT - '# '.length)
        .map((line) => `  ${style.dim(`# ${line}`)}\n`)
        .join(''),
  };
}

function renderItem(
  { term }: Item,
  lines: readonly string[],
  indent: number,
  isNarrow: boolean,
  style: Style,
): string {
  const lead = `${' '.repeat(INDENT)}${style.cyan(term)}`;
  if (isNarrow || INDENT + term.length + 2 > indent) return `${lead}\n${lines.join('')}`;
  const [first = '', ...rest] = lines;
  return `${lead}${first.slice(INDENT + term.length)}${rest.join('')}`;
}
