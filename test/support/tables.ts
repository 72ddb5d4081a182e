import { REQUIREMENTS } from './requirements';

/** What is known of one test after a run. */
export interface TestResult {
  /** With the names of the groups that it stands in. */
  readonly name: string;
  /** Below the root of the repository. */
  readonly file: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly rows: TableRows;
}

/** What a test reports for tables, by their names: `task.meta.rows = { survived: [['reset', 'mint', ...]] }`. */
export type TableRows = Readonly<Record<string, readonly (readonly string[])[]>>;

declare module 'vitest' {
  interface TaskMeta {
    rows?: TableRows;
  }
}

/** A table in a document of the repository, made of what tests found. */
export interface Table {
  /** It stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. */
  readonly name: string;
  /** Below the root of the repository. */
  readonly document: string;
  readonly head: readonly string[];
  /** Whether the names of the tests are enough, so that a run that skips some can be compared, too. */
  readonly needsNamesOnly: boolean;
  /** The rows, in Markdown, from the results of every test that there is. */
  collect(results: readonly TestResult[]): readonly (readonly string[])[];
}

const line = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export function renderTable({ head }: Table, rows: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A document with a table in the place of what is between its marks. @throws Error when the marks are not there */
export function withTable(text: string, { name, document }: Table, table: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before, rest, ...more] = text.split(begin);
  const [old, after] = rest?.split(end) ?? [];
  if (old === undefined || after === undefined || more.length > 0) {
    throw new Error(`There has to be one ${begin} with its end in ${document}.`);
  }
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/** What each kind of fault comes to, and at which moments: one row for each fault and code. */
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
        code === 'done' ? 'none: it succeeds' : `\`${code}\``,
        exit,
      ]);
  },
};

/** What has to hold, and in which files tests show it. A test that one machine skips runs on another. */
const requirements: Table = {
  name: 'requirements',
  document: '.github/SECURITY.md',
  head: ['', 'what holds', 'shown in'],
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
