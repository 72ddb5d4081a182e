import type { CommandContext } from '../../cli/define';
import { CliError, toCliError } from '../../core/errors';
import { secret } from '../../core/secret';
import { clipboardSequence, isTmux, terminalToAsk } from '../../terminal/clipboard-sequence';

/**
 * The program that copied a token. `terminal` if the terminal was asked to copy the token; a terminal may ignore this request.
 */
type CopiedBy = string;

/**
 * Returns a function that copies a text to the clipboard. Called before a token is minted.
 * @throws CliError `no_clipboard` if neither a program nor the terminal can copy
 */
export async function openClipboard(
  context: CommandContext,
): Promise<(text: string) => Promise<CopiedBy>> {
  const { env, io, signal, notes } = context;
  const clipboard = await context.loadClipboard();
  const { helper } = clipboard;
  const terminal = terminalToAsk(io, env);
  if (helper === null && terminal === null) throw noClipboard();

  const askTerminal = async (text: string): Promise<CopiedBy> => {
    const sequence = clipboardSequence(text, env);
    if (terminal === 'device') await clipboard.writeToTerminal(sequence);
    else await io.stderr.write(sequence);
    return TERMINAL;
  };
  return async (text) => {
    if (helper === null) return askTerminal(text);
    try {
      await clipboard.copy(secret(text), signal);
      return helper;
    } catch (thrown) {
      signal.throwIfAborted();
      if (terminal === null) throw thrown;
      notes.note(toCliError(thrown).message);
      return askTerminal(text);
    }
  };
}

const TERMINAL = 'terminal';

/**
 * Prints how the token was copied and when it expires.
 * @param expiry the time of day at which the token expires, with its time zone
 */
export function noteOnCopy(
  { env, notes }: Pick<CommandContext, 'env' | 'notes'>,
  by: CopiedBy,
  expiry: string,
): void {
  const tmux = isTmux(env) ? ' tmux needs the setting: set -g set-clipboard on.' : '';
  const what =
    by === TERMINAL
      ? `The terminal was asked to copy the token (OSC 52), but the terminal may ignore the request.${tmux}`
      : `Copied with ${by}.`;
  notes.note(`${what} The token stays in the clipboard and expires at ${expiry}.`);
}

function noClipboard(): CliError {
  return new CliError(
    'no_clipboard',
    'Could not copy the token: no clipboard program works here, and there is no terminal that could copy the token.',
    {
      hint: 'On a desktop, install wl-clipboard, xsel or xclip. Or print the token: vstoken mint',
    },
  );
}
