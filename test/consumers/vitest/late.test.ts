import { expect, it, vi } from 'vitest';
import { useSandbox } from './use-sandbox.cjs';

// Fakes the timers before the package is imported. The setup file of a user may do the same.
vi.useFakeTimers();

it('runs the sandbox that is loaded when the timers are faked', async () => {
  const library = await import('vocalstack-token');
  const emulator = await import('vocalstack-token/sandbox');
  await useSandbox({ ...library, ...emulator });
  expect(vi.isFakeTimers()).toBe(true);
});
