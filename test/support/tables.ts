import { REQUIREMENTS } from './requirements';

export interface TestResult {
  /** The names of the groups that contain the test, and then the test's own name. */
  readonly name: string;
  /** The path of the test file, relative to the root of the repository. */
  readonly file: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly rows: TableRows;
}

/**
 * The rows that a test adds to generated tables, by the name of the table. A test sets `task.meta.rows = { survived: [['reset of
 * the connection', 'mint', ...]] }`.
 */
export type TableRows = Readonly<Record<string, readonly (readonly string[])[]>>;

declare module 'vitest' {
  interface TaskMeta {
    rows?: TableRows;
  }
}

/** A table in a document. It is generated from the results of the tests. */
export interface Table {
  /** The name in the HTML comments that mark the table: `<!-- NAME: begin -->` and `<!-- NAME: end -->`. */
  readonly name: string;
  /** The path of the document, relative to the root of the repository. */
  readonly document: string;
  readonly head: readonly string[];
  /**
   * Whether the table needs only the names of the tests, not the rows that they report. Such a table is complete even if some
   * tests were skipped.
   */
  readonly needsNamesOnly: boolean;
  /** Returns the rows of the table, made from the results of all tests. The cells are in Markdown. */
  collect(results: readonly TestResult[]): readonly (readonly string[])[];
}

const line = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export function renderTable({ head }: Table, rows: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/**
 * Returns the text of a document with a new table between its marks.
 * @throws Error if the marks are missing
 */
export function withTable(text: string, { name, document }: Table, table: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before, rest, ...more] = text.split(begin);
  const [old, after] = rest?.split(end) ?? [];
  if (old === undefined || after === undefined || more.length > 0) {
    throw new Error(`There has to be one ${begin} with its end in ${document}.`);
  }
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/**
 * The table of docs/network.md that shows how commands end after network faults. Each row has the fault, when it occurs, the
 * error code and the exit code. If a fault in several phases of a connection leads to the same error code, one row lists these
 * phases.
 */
const survived: Table = {
  name: 'survived',
  document: 'docs/network.md',
  head: ['what goes wrong', 'when', 'code', 'exit'],
  needsNamesOnly: false,
  collect(results) {
    const endings = results.flatMap(({ rows }) => rows['survived'] ?? []);
    const moments = new Map<string, string[]>();
    for (const [fault, phase = '', code, exit] of endings) {
      const key = JSON.stringify([fault, code, exit]);
      moments.set(key, [...(moments.get(key) ?? []), phase]);
    }
    const faults = [...new Set(endings.map(([fault]) => fault))];
    return [...moments]
      .map(([key, phases]) => ({ ending: JSON.parse(key) as string[], phases }))
      .sort((a, b) => faults.indexOf(a.ending[0]) - faults.indexOf(b.ending[0]))
      .map(({ ending: [fault = '', code = '', exit = ''], phases }) => [
        fault,
        phases.join(', '),
        code === 'done' ? 'none: the command succeeds' : `\`${code}\``,
        exit,
      ]);
  },
};

/**
 * The security requirements, and the test files that prove each requirement. A test that was skipped on this machine also counts.
 */
const requirements: Table = {
  name: 'requirements',
  document: '.github/SECURITY.md',
  head: ['number', 'rule', 'tests'],
  needsNamesOnly: true,
  collect(results) {
    const shown = results.filter(({ state }) => state === 'passed' || state === 'skipped');
    return Object.entries(REQUIREMENTS).map(([number, what]) => {
      const own = shown.filter(({ name }) => new RegExp(`\\bS${number}\\b`).test(name));
      const files = [...new Set(own.map(({ file }) => file))].sort();
      if (files.length === 0) return [`S${number}`, what, 'nothing'];
      return [`S${number}`, what, files.map((file) => `\`${file}\``).join(', ')];
    });
  },
};

export const TABLES: readonly Table[] = [survived, requirements];
