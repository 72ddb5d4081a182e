// The main file of the standalone executable. The executable runs vstoken, or one of the two helper processes of vstoken. In the
// npm package, the helper processes are separate files in bin/.

const { HELPER_MARK, wordOf } = require('../../src/core/helper-process.ts');

const HELPERS = {
  [wordOf('keychain')]: () => require('../../bin/keychain.js'),
  [wordOf('sdk-host')]: () => require('../../bin/sdk-host.js'),
};

const isMarked = process.env[HELPER_MARK] === '1';
// The variable HELPER_MARK makes this program run as a helper process. The variable is removed, because child processes would
// inherit it, and a vstoken that a helper process starts must not run as a helper process.
delete process.env[HELPER_MARK];

const [, , word, ...more] = process.argv;
if (isMarked && more.length === 0 && Object.hasOwn(HELPERS, word)) HELPERS[word]();
else require('../../bin/vstoken.js');
