import type { Context } from '../context/context';
import { CliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';

/**
 * Time limit for a report after the command was stopped, in milliseconds. It is short, so that nobody has to press Ctrl-C a
 * second time.
 */
const GRACE_MS = 500;

/**
 * Waits until a report is written. After the command was stopped, waits at most `GRACE_MS`. Reason: the path of the report can be
 * a pipe, and the program at its other end may never read the report.
 * @throws the signal's reason, CliError `output_unwritable`, or the error of the write
 */
export async function writeInTime(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  writing: Promise<void>,
): Promise<void> {
  if (!signal.aborted) return raceAbort(writing, signal);
  const end = new AbortController();
  const cancel = clock.timer(GRACE_MS, () =>
    end.abort(
      new CliError(
        'output_unwritable',
        'The program that reads a report from a pipe was too slow.',
      ),
    ),
  );
  try {
    await raceAbort(writing, end.signal);
  } finally {
    cancel();
  }
}
