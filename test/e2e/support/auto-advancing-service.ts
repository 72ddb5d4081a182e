import type { RunningSandbox } from '../../../src/context/servers';
import { startSandbox } from '../../../src/sandbox/server';
import { autoAdvancingClock } from '../../support/auto-advancing-clock';
import type { RunOptions } from '../../support/run';

/**
 * A time in milliseconds that is longer than any token lifetime in the tests, and shorter than any `--timeout` with which the
 * tests run `verify`.
 */
const LONGEST_WAIT_MS = 60_000;

/** Calls `use` with a sandbox and a clock that skips all waiting. Reason: `verify` mostly waits for tokens to expire. */
export async function withAutoAdvancingService<Value>(
  use: (
    server: RunningSandbox,
    options: Required<Pick<RunOptions, 'clock' | 'network'>>,
  ) => Promise<Value>,
): Promise<Value> {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const server = await startSandbox({ port: 0, clock });
  // While the program loads its modules, the only timer is the one for `--timeout`. A shorter timer means that the command has
  // begun. If there is no timer, the result is true too early. This changes nothing, because the clock advances only to a timer.
  const hasBegun = () => (clock.waiting()[0] ?? 0) < LONGEST_WAIT_MS;
  try {
    const work = use(server, { clock, network: watch });
    return await advanceUntilDone(work, { hasBegun, isSilent: () => false });
  } finally {
    await server.close();
  }
}
