import type { Page } from '../../cli/define';
import { wrapCommand, wrapWords } from '../../core/wrap-words';
import type { Style } from '../../terminal/style';

/** The width in a pipe. */
const USUAL_COLUMNS = 80;
/** The maximum width, since longer lines are hard to read. */
const MOST_COLUMNS = 100;
/** A longer term gets its own line. */
const WIDEST_TERM = 28;
const INDENT = 2;

export interface Item {
  readonly term: string;
  readonly text: string;
}

/** Formats help for a page, without breaks inside words. */
export interface Layout {
  heading(text: string): string;
  paragraph(text: string): string;
  /** A heading and a text after it. */
  entry(heading: string, text: string): string;
  /** Two columns, or one below the other on a narrow page. @param all terms that must fit the first column */
  items(items: readonly Item[], all?: readonly string[]): string;
  /** A command line to copy. */
  command(line: string): string;
  /** The purpose of a command line, above it. */
  comment(text: string): string;
}

export function layoutFor({ columns, isNarrow, style }: Page): Layout {
  const width = Math.min(columns ?? USUAL_COLUMNS, MOST_COLUMNS);
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
