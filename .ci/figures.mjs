import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Reads the reports of several test runs: files NAME.json in one folder, written by Vitest. Prints each failed test, then the
// totals of all runs. A test counts as skipped if every run skipped it. A missing report counts as a failure.

const [folder = '', ...names] = process.argv.slice(2);
const reports = names
  .map((name) => ({ name, path: join(folder, `${name}.json`) }))
  .filter(({ path }) => existsSync(path))
  .map(({ name, path }) => ({ name, ...JSON.parse(readFileSync(path, 'utf8')) }));

/**
 * Returns the folder that contains all test files of a report. Reports can have different folders, because a run can use a copy
 * of the repository.
 */
function rootOf({ testResults }) {
  const [first = [], ...others] = testResults.map(({ name }) => name.split('/'));
  const end = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  return first.slice(0, end).join('/');
}

const files = reports.flatMap((report) => {
  const root = rootOf(report);
  return report.testResults.map((file) => ({
    ...file,
    path: file.name.slice(root.length),
    run: report.name,
  }));
});
const tests = files.flatMap(({ path, run, assertionResults }) =>
  assertionResults.map(({ fullName, status }) => ({ id: `${path} ${fullName}`, status, run })),
);
const hasRun = ({ status }) => status === 'passed' || status === 'failed';
const count = (wanted) => tests.filter(({ status }) => status === wanted).length;
/** Test files that failed although none of their tests failed, for example because a file could not be loaded. */
const failedFiles = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
);
const missing = names.filter((name) => reports.every((report) => report.name !== name));

const hasEnded = new Set(tests.filter(hasRun).map(({ id }) => id));
const skipped = new Set(tests.map(({ id }) => id).filter((id) => !hasEnded.has(id)));
const failures = [
  ...tests.filter(({ status }) => status === 'failed').map(({ run, id }) => `${run}: ${id}`),
  ...failedFiles.map(({ run, path }) => `${run}: ${path}`),
  ...missing.map((name) => `${name}: no report`),
];
for (const failure of failures) console.log(`failed in ${failure}`);
const failed = failures.length;
console.log(`tests: ${count('passed')} passed, ${failed} failed, ${skipped.size} skipped`);
