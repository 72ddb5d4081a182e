#!/usr/bin/env node

// Until main has ended: work that is lost, and never ends, is no success.
process.exitCode = 1;

const [major, minor] = process.versions.node.split('.').map(Number);
const FIRST_MINOR = { 20: 19, 22: 13, 23: 5 };
if (major < 20 || major === 21 || minor < (FIRST_MINOR[major] ?? 0)) {
  process.stderr.write(
    `vstoken needs Node.js 20.19, 22.13 or later; this is ${process.versions.node}.\n`,
  );
} else {
  const { main, reportLoss, createNodeContext } = require('../dist/entry.js');
  const argv = process.argv.slice(2);
  const context = createNodeContext(process);
  const tellOfLoss = () => void reportLoss(argv, context);
  process.once('beforeExit', tellOfLoss);
  main(argv, context).then((code) => {
    process.removeListener('beforeExit', tellOfLoss);
    process.exitCode = code;
    const wasStopped = code === 130 || code === 143;
    // Output that nobody takes must not keep a process that was stopped: the timer fires only if something does.
    if (wasStopped) setTimeout(() => process.exit(), 400).unref();
    // The system has all that was written. Node would go on to take its own memory apart, which a mint would feel. Not on
    // Windows, where Node may abort on the way out: https://github.com/nodejs/node/issues/56645
    else if (process.platform !== 'win32') process.exit();
  });
}
