import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

// Prints one line of the figures of vitest's JSON reports in a folder. A test counts as skipped if no run has run it.

const [folder = ''] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')),
);
const files = reports.flatMap(({ testResults }) => testResults);
const tests = files.flatMap(({ name, assertionResults }) =>
  assertionResults.map(({ fullName, status }) => ({
    // A run may have been in a copy of the tree.
    id: `${name.slice(name.lastIndexOf(`${sep}test${sep}`))} ${fullName}`,
    status,
  })),
);
const hasRun = ({ status }) => status === 'passed' || status === 'failed';
const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
/** Files that failed before or after their tests. */
const failedFiles = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
).length;

const run = new Set(tests.filter(hasRun).map(({ id }) => id));
const skipped = new Set(tests.map(({ id }) => id).filter((id) => !run.has(id)));
console.log(
  `tests: ${count('passed')} passed, ${count('failed') + failedFiles} failed, ${skipped.size} skipped`,
);
