import type { CommandContext } from '../../cli/define';
import { CliError, toCliError } from '../../core/errors';
import { secret } from '../../core/secret';
import { clipboardSequence, isTmux, terminalToAsk } from '../../terminal/clipboard-sequence';

/** The program that copied a token, or `terminal`, which may have ignored the request. */
type CopiedBy = string;

/**
 * Returns a function that copies a text to the clipboard.  @throws CliError `no_clipboard`, before a token is minted, if nothing
 * can copy
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
 * Tells a person how the token was copied and when it expires.  @param expiry the time of day with its zone
 */
export function noteOnCopy(
  { env, notes }: Pick<CommandContext, 'env' | 'notes'>,
  by: CopiedBy,
  expiry: string,
): void {
  const tmux = isTmux(env) ? ' In tmux that takes: set -g set-clipboard on.' : '';
  const what =
    by === TERMINAL
      ? `The terminal was asked to copy it (OSC 52), and may ignore that.${tmux}`
      : `Copied by ${by}.`;
  notes.note(`${what} The clipboard keeps the token, which expires at ${expiry}.`);
}

function noClipboard(): CliError {
  return new CliError(
    'no_clipboard',
    'There is no way to the clipboard: no program that copies and can reach a desktop, and no terminal that could be asked.',
    {
      hint: 'Install wl-clipboard, xsel or xclip where there is a desktop, or print the token: vstoken mint',
    },
  );
}
