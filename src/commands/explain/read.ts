import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';

const MAX_BYTES = 1024 * 1024;
/** How long a pipe may have nothing in it before all codes are listed: those of CI systems stay open. */
const PATIENCE_MS = 1000;

/**
 * The text on standard input; nothing for a terminal, or a pipe that stays silent, which is told: who writes to it may be slow.
 * @param isWanted whether it was asked for, so that it is waited for
 * @throws CliError `stdin_is_terminal` when it was asked for
 */
export async function readPasted(
  { io, clock, signal, notes }: CommandContext,
  isWanted: boolean,
): Promise<string> {
  if (io.stdin.isTerminal) {
    if (!isWanted) return '';
    throw new CliError(
      'stdin_is_terminal',
      'Standard input is a terminal, and the error has to come from a pipe.',
      {
        hint: 'vstoken explain < error.txt',
      },
    );
  }
  if (isWanted) return io.stdin.read(MAX_BYTES, signal);
  const patience = new AbortController();
  const passOn = () => patience.abort(signal.reason);
  signal.addEventListener('abort', passOn, { once: true });
  const cancel = clock.timer(PATIENCE_MS, () => patience.abort());
  try {
    return await io.stdin.read(MAX_BYTES, patience.signal, cancel);
  } catch {
    signal.throwIfAborted();
    if (patience.signal.aborted) {
      notes.note(
        `Nothing came on standard input for ${PATIENCE_MS / 1000} s, so all codes are listed. To wait for an error: vstoken explain -`,
      );
    }
    return '';
  } finally {
    cancel();
    signal.removeEventListener('abort', passOn);
  }
}
