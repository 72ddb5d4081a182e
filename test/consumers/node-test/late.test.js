import { test } from 'node:test';
import { useSandbox } from './use-sandbox.cjs';

test('runs the sandbox that is loaded when the timers are mocked', async (t) => {
  t.mock.timers.enable();
  const library = await import('vocalstack-token');
  const emulator = await import('vocalstack-token/sandbox');
  await useSandbox({ ...library, ...emulator });
});
