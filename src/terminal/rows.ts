interface Page {
  readonly isNarrow: boolean;
  wrap(text: string, indent: number): string;
}

export type Row = readonly [term: string, text: string];

/**
 * Formats terms and their descriptions in two columns. On a narrow page, each description is below its term.
 * @param term width of the first column
 */
export function renderRows(rows: readonly Row[], page: Page, term: number, indent = 0): string {
  const before = ' '.repeat(indent);
  const below = indent + 4;
  return rows
    .map(([name, text]) =>
      page.isNarrow
        ? `${before}${name}\n${' '.repeat(below)}${page.wrap(text, below)}\n`
        : `${before}${name.padEnd(term)}${page.wrap(text, indent + term)}\n`,
    )
    .join('');
}
