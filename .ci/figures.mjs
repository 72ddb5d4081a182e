import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Prints one line of the figures of vitest's JSON reports NAME.json in a folder. A test counts as skipped if no run has run it, and
// a run without a report as one that failed.

const [folder = '', ...names] = process.argv.slice(2);
const paths = names.map((name) => join(folder, `${name}.json`));
const reports = paths
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, 'utf8')));

/** The part of its paths that all files of a report share: a run may have been in a copy of the tree. */
function rootOf({ testResults }) {
  const [first = [], ...others] = testResults.map(({ name }) => name.split('/'));
  const end = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  return first.slice(0, end).join('/');
}

const files = reports.flatMap((report) => {
  const root = rootOf(report);
  return report.testResults.map((file) => ({ ...file, path: file.name.slice(root.length) }));
});
const tests = files.flatMap(({ path, assertionResults }) =>
  assertionResults.map(({ fullName, status }) => ({ id: `${path} ${fullName}`, status })),
);
const hasRun = ({ status }) => status === 'passed' || status === 'failed';
const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
/** Files that failed before or after their tests. */
const failedFiles = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
).length;
const missing = paths.length - reports.length;

const run = new Set(tests.filter(hasRun).map(({ id }) => id));
const skipped = new Set(tests.map(({ id }) => id).filter((id) => !run.has(id)));
const failed = count('failed') + failedFiles + missing;
console.log(`tests: ${count('passed')} passed, ${failed} failed, ${skipped.size} skipped`);
