import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';

const MAX_BYTES = 1024 * 1024;
/** How long to wait for the first byte of a pipe, in milliseconds. Pipes of CI systems stay open without data. */
const PATIENCE_MS = 1000;

/**
 * The text on standard input. Empty for a terminal or a silent pipe; a note then says so, since the writer may be slow.
 * @param isWanted whether the user asked for standard input, so that this waits for it
 * @throws CliError `stdin_is_terminal` if the user asked for it
 */
export async function readPasted(
  { io, clock, signal, notes }: CommandContext,
  isWanted: boolean,
): Promise<string> {
  if (io.stdin.isTerminal) {
    if (!isWanted) return '';
    throw new CliError(
      'stdin_is_terminal',
      'Standard input is a terminal, but the error must come from a pipe.',
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
        `Nothing arrived on standard input for ${PATIENCE_MS / 1000} s, so all codes are listed. To wait for an error: vstoken explain -`,
      );
    }
    return '';
  } finally {
    cancel();
    signal.removeEventListener('abort', passOn);
  }
}
