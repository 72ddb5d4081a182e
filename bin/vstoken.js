#!/usr/bin/env node

// `main` returns the real exit code. If the process exits before `main` returns, `main` waited for a promise that is never
// settled. The exit code 1 reports this failure.
process.exitCode = 1;

const [major, minor] = process.versions.node.split('.').map(Number);
const FIRST_MINOR = { 20: 19, 22: 13, 23: 5 };
if (major < 20 || major === 21 || minor < (FIRST_MINOR[major] ?? 0)) {
  process.stderr.write(
    `vstoken needs Node.js 20.19 or a later 20.x, 22.13 or a later 22.x, or 23.5 or later. This is ${process.versions.node}.\n`,
  );
} else {
  const { main, reportNoResult, createNodeContext } = require('../dist/entry.js');
  const argv = process.argv.slice(2);
  const context = createNodeContext(process);
  const onExit = () => void reportNoResult(argv, context);
  process.once('beforeExit', onExit);
  main(argv, context).then((code) => {
    process.removeListener('beforeExit', onExit);
    process.exitCode = code;
    const wasStopped = code === 130 || code === 143;
    // After a signal, the program must end even if nobody reads its output, so a timer ends it. `unref` lets the program end
    // before the timer.
    if (wasStopped) setTimeout(() => process.exit(), 400).unref();
    // All output is written, so exit immediately. Otherwise Node.js would spend time on freeing its memory. On Windows,
    // `process.exit` is not called, because it can make Node.js abort there:
    // https://github.com/nodejs/node/issues/56645
    else if (process.platform !== 'win32') process.exit();
  });
}
