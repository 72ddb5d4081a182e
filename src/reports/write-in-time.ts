import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';

/** What a report may still take when the command is over: a second signal is not to be needed. */
const GRACE_MS = 500;

/**
 * Awaits the writing of a report. What reads a pipe may never read, which is to keep nobody from ending the command.
 * @throws the reason of the signal, or CliError `output_unwritable`; what the writing throws
 */
export async function writeInTime(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  writing: Promise<void>,
): Promise<void> {
  if (!signal.aborted) return raceAbort(writing, signal);
  const end = new AbortController();
  const cancel = clock.timer(GRACE_MS, () =>
    end.abort(new CliError('output_unwritable', 'A report was not read in time.')),
  );
  try {
    await raceAbort(writing, end.signal);
  } finally {
    cancel();
  }
}
