import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { readPromptly } from '../../terminal/read-promptly';

const MAX_BYTES = 1024 * 1024;
/** Time limit for the first byte of a pipe, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Returns the text on standard input. Returns an empty text if standard input is a terminal, or a pipe that sends nothing within
 * one second. For such a pipe, prints a note, because the program that writes to the pipe may be slow.
 * @param isWanted whether the user asked for standard input with the argument `-`; if so, there is no time limit
 * @throws CliError `stdin_is_terminal` if `isWanted` is true, but standard input is a terminal
 */
export async function readPasted(context: CommandContext, isWanted: boolean): Promise<string> {
  const { io, signal, notes } = context;
  if (io.stdin.isTerminal) {
    if (!isWanted) return '';
    throw new CliError(
      'stdin_is_terminal',
      'With the argument "-", vstoken explain reads from a pipe or a file, but standard input is a terminal.',
      {
        hint: 'vstoken explain < error.txt',
      },
    );
  }
  if (isWanted) return io.stdin.read(MAX_BYTES, signal);
  const text = await readPromptly(context, MAX_BYTES, PATIENCE_MS);
  if (text === null) {
    notes.note(
      `Nothing arrived on standard input for ${PATIENCE_MS / 1000} s, so all codes are listed. To wait for a text: vstoken explain -`,
    );
  }
  return text ?? '';
}
