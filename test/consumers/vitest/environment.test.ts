import { afterEach, expect, it, vi } from 'vitest';
import * as library from 'vocalstack-token';
import * as emulator from 'vocalstack-token/sandbox';
import { useSandbox } from './use-sandbox.cjs';

afterEach(() => vi.useRealTimers());

it('runs the sandbox', () => useSandbox({ ...library, ...emulator }));

it('runs it with all timers faked that can be', async () => {
  // `nextTick` is not in this list, because Node.js needs it, and so Vitest refuses to fake it.
  vi.useFakeTimers({
    now: 0,
    toFake: [
      ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'],
      ...['clearImmediate', 'Date', 'performance', 'hrtime', 'queueMicrotask'],
    ],
  });
  await useSandbox({ ...library, ...emulator });
  const clock = Date.now();
  await using sandbox = await emulator.startSandbox();
  const { apiKey, url: apiServer } = sandbox;
  const { expiresAt } = await library.mintToken({ apiKey, apiServer, lifetimeS: 10 });
  expect(expiresAt.getTime()).toBe(clock + 10_000);
});
