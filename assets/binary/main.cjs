// The main file of the executable. It runs vstoken or a helper. In the npm package, the helpers are separate files in bin/.

const { HELPER_MARK, wordOf } = require('../../src/core/helper-process.ts');

const HELPERS = {
  [wordOf('keychain')]: () => require('../../bin/keychain.js'),
  [wordOf('sdk-host')]: () => require('../../bin/sdk-host.js'),
};

const isMarked = process.env[HELPER_MARK] === '1';
// The variable is removed, because all child processes would inherit it. A vstoken that a helper starts would then also be a
// helper.
delete process.env[HELPER_MARK];

const [, , word, ...more] = process.argv;
if (isMarked && more.length === 0 && Object.hasOwn(HELPERS, word)) HELPERS[word]();
else require('../../bin/vstoken.js');
