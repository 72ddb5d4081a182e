import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Reads the JSON reports NAME.json that vitest wrote into a folder. Prints each failed test, and as the last line the totals of
// all runs. A test counts as skipped if every run skipped it, and a missing report counts as a failed run.

const [folder = '', ...names] = process.argv.slice(2);
const reports = names
  .map((name) => ({ name, path: join(folder, `${name}.json`) }))
  .filter(({ path }) => existsSync(path))
  .map(({ name, path }) => ({ name, ...JSON.parse(readFileSync(path, 'utf8')) }));

/** Returns the folder that contains all files of a report, since a run may have used a copy of the tree. */
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
/** Files that failed outside their tests, such as while they were loaded. */
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
