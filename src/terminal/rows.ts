interface Page {
  readonly isNarrow: boolean;
  wrap(text: string, indent: number): string;
}

export type Row = readonly [term: string, text: string];

/** Terms and what belongs to them: in two columns, or in a narrow page one below the other. @param term the width of the first */
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
