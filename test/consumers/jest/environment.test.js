const library = require('vocalstack-token');
const emulator = require('vocalstack-token/sandbox');
const { useSandbox } = require('./use-sandbox.cjs');

const use = () => useSandbox({ ...library, ...emulator });

test('runs the sandbox', use);

test('runs it with fake timers', async () => {
  jest.useFakeTimers();
  await use();
});

test('runs it with those of the first versions of Jest', async () => {
  jest.useFakeTimers({ legacyFakeTimers: true });
  await use();
});

test('runs it when modules are loaded anew', async () => {
  jest.resetModules();
  await useSandbox({ ...require('vocalstack-token'), ...require('vocalstack-token/sandbox') });
});
