import type { RunningSandbox } from '../../../src/context/servers';
import { startSandbox } from '../../../src/sandbox/server';
import { hurriedClock } from '../../support/hurried-clock';
import type { RunOptions } from '../../support/run';

/** Longer than any lifetime in the tests, and shorter than any timeout. */
const LONGEST_WAIT_MS = 60_000;

/** Calls `use` with a sandbox and a clock that skips all waiting, since `verify` mostly waits for tokens to expire. */
export async function withHurriedService<Value>(
  use: (
    server: RunningSandbox,
    options: Required<Pick<RunOptions, 'clock' | 'network'>>,
  ) => Promise<Value>,
): Promise<Value> {
  const { clock, watch, hurry } = hurriedClock();
  const server = await startSandbox({ port: 0, clock });
  // While modules are loaded, the timeout is the only pending timer.
  const hasBegun = () => (clock.waiting()[0] ?? 0) < LONGEST_WAIT_MS;
  try {
    const work = use(server, { clock, network: watch });
    return await hurry(work, { hasBegun, isMute: () => false });
  } finally {
    await server.close();
  }
}
