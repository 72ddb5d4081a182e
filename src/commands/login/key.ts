import type { CommandContext } from '../../cli/define';
import { CliError, toCliError } from '../../core/errors';
import { KEY_STEPS } from '../../core/key-source';
import { DEFAULT_API_SERVER } from '../../core/origin';
import type { Secret } from '../../core/secret';
import { keyOf, parseGivenKey, requireNoToken } from '../../credentials/given-key';
import { canAsk } from '../../terminal/ask';

const MAX_BYTES = 16 * 1024;
const PIPE = 'vstoken login --with-key < key.txt';

/**
 * Checks that a key can be read. Called before the login does anything else.
 * @throws CliError `stdin_is_terminal` if --with-key is given and standard input is a terminal; `prompt_impossible` if there is
 * no terminal for the prompt
 */
export function requireKeySource(context: CommandContext, withKey: boolean): void {
  if (withKey && context.io.stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--with-key reads the key from a pipe, but standard input is a terminal.',
      { hint: `Use a pipe: ${PIPE}. To type the key at a hidden prompt: vstoken login` },
    );
  }
  if (!withKey && !canAsk(context)) {
    throw new CliError(
      'prompt_impossible',
      'vstoken login asks for the key, but there is no terminal to ask in.',
      { hint: `Pass the key on standard input: ${PIPE}` },
    );
  }
}

/**
 * Reads the key from standard input with --with-key, otherwise from a hidden prompt. Removes text that was pasted around the key.
 * @throws CliError `key_empty`, `key_malformed`, `interrupted`; no message quotes the key
 */
export async function obtainKey(
  context: CommandContext,
  withKey: boolean,
  apiServer: string,
): Promise<Secret> {
  const { io, signal, deadline, prompt } = context;
  const ask = async () => {
    const { keyIn } = await import('../../core/recognise/given-key');
    const check = (text: string) => problemOf(() => keyOf(keyIn(text), 'Your input'));
    return deadline.pauseFor(() =>
      prompt.password({ message: `API key for ${apiServer} (not shown)`, check }),
    );
  };
  const text = withKey ? await io.stdin.read(MAX_BYTES, signal) : await ask();
  const source = withKey ? 'Standard input' : 'Your input';
  const key = await parseGivenKey(text, source, context.notes);
  await requireNoToken(context, key, source);
  return key;
}

/** Prints where to create a key. Does so only for the default server, because other API servers have their own keys. */
export function showKeySteps({ notes }: CommandContext, apiServer: string): void {
  if (apiServer !== DEFAULT_API_SERVER) return;
  for (const step of KEY_STEPS.slice(0, 2)) notes.tell(step);
}

function problemOf(read: () => Secret): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return toCliError(error).message;
  }
}
