// What the executable runs: the program, or one of its helper processes. These are files of bin/ in the package.

const { HELPER_MARK, wordOf } = require('../../src/core/helper-process.ts');

const HELPERS = {
  [wordOf('keychain')]: () => require('../../bin/keychain.js'),
  [wordOf('sdk-host')]: () => require('../../bin/sdk-host.js'),
};

const isMarked = process.env[HELPER_MARK] === '1';
// What a helper starts is none.
delete process.env[HELPER_MARK];

const [, , word, ...more] = process.argv;
if (isMarked && more.length === 0 && Object.hasOwn(HELPERS, word)) HELPERS[word]();
else require('../../bin/vstoken.js');
