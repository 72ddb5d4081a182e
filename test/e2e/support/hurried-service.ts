import type { RunningSandbox } from '../../../src/context/servers';
import { startSandbox } from '../../../src/sandbox/server';
import { hurriedClock } from '../../support/hurried-clock';
import type { RunOptions } from '../../support/run';

/** Longer than any lifetime that is tried, and shorter than any deadline. */
const LONGEST_WAIT_MS = 60_000;

/** Work with a service for which time passes at once: to verify is to wait, most of the time. */
export async function withHurriedService<Value>(
  use: (
    server: RunningSandbox,
    options: Required<Pick<RunOptions, 'clock' | 'network'>>,
  ) => Promise<Value>,
): Promise<Value> {
  const { clock, watch, hurry } = hurriedClock();
  const server = await startSandbox({ port: 0, clock });
  // While code is loaded, nothing but the deadline is waited for.
  const hasBegun = () => (clock.waiting()[0] ?? 0) < LONGEST_WAIT_MS;
  try {
    const work = use(server, { clock, network: watch });
    return await hurry(work, { hasBegun, isMute: () => false });
  } finally {
    await server.close();
  }
}
