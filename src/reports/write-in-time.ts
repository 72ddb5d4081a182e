import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';

/** How long a report may take after the command has ended, so that nobody needs a second Ctrl-C. */
const GRACE_MS = 500;

/**
 * Waits for a report to be written. The reader of a pipe may never read, which must not keep the command from ending.
 * @throws the signal's reason, CliError `output_unwritable`, or the error of the write
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
