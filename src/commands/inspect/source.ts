import type { CommandContext } from '../../cli/define';
import { CliError, toCliError } from '../../core/errors';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { canAsk } from '../../terminal/ask';
import { readPromptly } from '../../terminal/read-promptly';
import type { TokenSource } from './text';

/** Maximum size of the text, in bytes. A whole message, a log or a HAR file is usually smaller. */
const MAX_BYTES = 1024 * 1024;
/** Time limit for the first byte of a pipe, in milliseconds. After this time, the token in VOCALSTACK_AUTH_TOKEN is used. */
const PATIENCE_MS = 2000;

export interface GivenText {
  readonly text: string;
  readonly source: TokenSource;
}

/**
 * Returns the text that contains the token: from standard input if it has content, otherwise from VOCALSTACK_AUTH_TOKEN. In a
 * terminal without this variable, asks the person. If the variable is set, waits only a short time for standard input, because
 * standard input never ends in some CI systems. With --probe, throws an error if nothing arrives in this time. Reason: the token
 * to test may come later from a slow pipe, and the probe would use up the token in the variable.
 * @throws CliError `no_token`, `stdin_is_terminal`; `timeout` after the time of --timeout; `invalid_arguments` with --probe
 */
export async function readGivenText(
  context: CommandContext,
  options: { readonly tokenStdin: boolean; readonly useToken: boolean; readonly probe: boolean },
): Promise<GivenText> {
  const { stdin } = context.io;
  const variable = context.env[TOKEN_VARIABLE] ?? '';
  const fromVariable: GivenText = { text: variable, source: 'environment' };
  if (options.useToken || (stdin.isTerminal && !options.tokenStdin)) {
    if (variable !== '') return fromVariable;
    if (!options.useToken && canAsk(context)) return askForText(context);
    throw noToken(
      `${TOKEN_VARIABLE} ${TOKEN_VARIABLE in context.env ? 'is set, but empty' : 'is not set'}`,
    );
  }
  if (stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--token-stdin reads the token from a pipe, but standard input is a terminal.',
      { hint: 'vstoken mint | vstoken inspect --token-stdin' },
    );
  }
  const hasChoice = variable !== '' && !options.tokenStdin;
  const text = await (hasChoice ? readOrNothing(context, options.probe) : readAll(context));
  if (text.replace(/[\s\ufeff]/g, '') !== '') {
    if (hasChoice) {
      context.notes.note(
        `Inspecting the token from standard input. To inspect the token in ${TOKEN_VARIABLE}: --use-token`,
      );
    }
    return { text, source: 'stdin' };
  }
  if (hasChoice) return fromVariable;
  throw noToken('Standard input contains no auth token');
}

async function askForText({ deadline, prompt }: CommandContext): Promise<GivenText> {
  const message =
    'Paste the token, or a text that contains it (a command, a log or a message). The text is not shown. Then press Enter:';
  const text = await deadline.pauseFor(() => prompt.paste({ message }));
  if (text.trim() === '') throw noToken('Nothing was pasted');
  return { text, source: 'prompt' };
}

async function readAll({ io, signal }: CommandContext): Promise<string> {
  try {
    return await io.stdin.read(MAX_BYTES, signal);
  } catch (thrown) {
    const error = toCliError(thrown);
    if (error.code !== 'timeout') throw error;
    throw new CliError('timeout', 'No token arrived on standard input in time.', {
      hint: `Pipe the token, or set ${TOKEN_VARIABLE} and use --use-token.`,
    });
  }
}

/**
 * Reads standard input. Returns an empty text if nothing arrives within the time limit.
 * @throws CliError `invalid_arguments` if nothing arrives and `isProbe` is true
 */
async function readOrNothing(context: CommandContext, isProbe: boolean): Promise<string> {
  const text = await readPromptly(context, MAX_BYTES, PATIENCE_MS);
  if (text !== null) return text;
  const silence = `Nothing arrived on standard input for ${PATIENCE_MS / 1000} s`;
  if (isProbe) {
    throw new CliError(
      'invalid_arguments',
      `${silence}, so vstoken does not know which token to send.`,
      {
        hint: `To send the token in ${TOKEN_VARIABLE}: --use-token. To wait for standard input: --token-stdin`,
      },
    );
  }
  context.notes.note(
    `${silence}. Inspecting the token in ${TOKEN_VARIABLE} instead. To wait for standard input: --token-stdin`,
  );
  return '';
}

function noToken(what: string): CliError {
  return new CliError('no_token', `${what}.`, {
    hint: `Set ${TOKEN_VARIABLE}, or pipe the token: vstoken mint | vstoken inspect. A token cannot be an argument, because other users could see it.`,
  });
}
