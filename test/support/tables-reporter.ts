import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node';
import { renderTable, TABLES, type Table, type TestResult, withTable } from './tables';

/** If this variable is `write`, the reporter updates the tables instead of comparing them. */
const VARIABLE = 'VSTOKEN_TABLES';

/**
 * A Vitest reporter that compares the tables in the documents with the results of the tests. If a table differs, the run fails.
 * The tables are compared only after a run of all tests in which no test failed.
 */
// biome-ignore lint/style/noDefaultExport: vitest loads only a default export
export default function createTablesReporter(): Reporter {
  let vitest: Vitest | undefined;
  let isWhole = false;
  return {
    onInit(instance) {
      vitest = instance;
    },
    async onTestRunStart(specifications: readonly TestSpecification[]) {
      const all = await vitest?.globTestSpecifications();
      const { testNamePattern, shard, tagsFilter } = vitest?.config ?? {};
      const isFiltered = testNamePattern || shard || tagsFilter?.length;
      isWhole = specifications.length === all?.length && !isFiltered;
    },
    onTestRunEnd(modules, errors, reason) {
      if (!vitest || !isWhole || reason !== 'passed' || errors.length > 0) return;
      const { root } = vitest.config;
      const results = resultsOf(modules, root);
      // A skipped test reports no rows, so a table that is made of reported rows would be incomplete. Skipped tests do not matter
      // in test files whose tests never report rows.
      const reporting = new Set(results.filter(hasRows).map(({ file }) => file));
      const isIncomplete = results.some(
        ({ state, file }) => state === 'skipped' && reporting.has(file),
      );
      const tables = TABLES.filter(({ needsNamesOnly }) => needsNamesOnly || !isIncomplete);
      const wrong = compare(root, results, tables);
      for (const { name, document } of wrong) {
        const what = `The table "${name}" in ${document} is not what the tests found.`;
        vitest.logger.error(`\n${what} To write it: npm run tables\n`);
        process.exitCode = 1;
      }
    },
  };
}

const hasRows = ({ rows }: TestResult) => Object.keys(rows).length > 0;

function resultsOf(modules: readonly TestModule[], root: string): readonly TestResult[] {
  return modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({
      name: test.fullName,
      file: relative(root, module.moduleId),
      state: test.result().state,
      rows: test.meta().rows ?? {},
    })),
  );
}

/**
 * Compares or updates the tables.
 * @returns the tables that differ from the document. A table that was updated does not differ
 */
function compare(
  root: string,
  results: readonly TestResult[],
  tables: readonly Table[],
): readonly Table[] {
  return tables.filter((table) => {
    const path = join(root, table.document);
    const text = readFileSync(path, 'utf8');
    const right = withTable(text, table, renderTable(table, table.collect(results)));
    if (right === text) return false;
    if (process.env[VARIABLE] !== 'write') return true;
    writeFileSync(path, right);
    return false;
  });
}
