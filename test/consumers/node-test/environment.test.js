import { test } from 'node:test';
import * as library from 'vocalstack-token';
import * as emulator from 'vocalstack-token/sandbox';
import { useSandbox } from './use-sandbox.cjs';

test('runs the sandbox', () => useSandbox({ ...library, ...emulator }));

test('runs it with mocked timers', async (t) => {
  t.mock.timers.enable();
  await useSandbox({ ...library, ...emulator });
});
