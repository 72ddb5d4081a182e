import type { CommandContext } from '../../cli/define';
import { parseApiKey } from '../../core/api-key';
import { CliError, toCliError } from '../../core/errors';
import { KEY_STEPS } from '../../core/key-source';
import { DEFAULT_API_SERVER } from '../../core/origin';
import { unwrapPastedKey } from '../../core/pasted-key';
import type { Secret } from '../../core/secret';
import { canAsk } from '../../terminal/ask';

const MAX_BYTES = 16 * 1024;
const PIPE = 'vstoken login --with-key < key.txt';

/** @throws CliError `prompt_impossible`, `stdin_is_terminal` for a key that could not be handed over, before anything else happens */
export function requireKeySource(context: CommandContext, withKey: boolean): void {
  if (withKey && context.io.stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--with-key reads the key from a pipe, and standard input is a terminal.',
      { hint: `${PIPE}. To type it hidden: vstoken login` },
    );
  }
  if (!withKey && !canAsk(context)) {
    throw new CliError(
      'prompt_impossible',
      'The key would be asked for, and there is no terminal to ask in.',
      { hint: `With --with-key it is read from standard input: ${PIPE}` },
    );
  }
}

/**
 * The key: hidden from a terminal, or all of standard input, without what is pasted around it.
 * @throws CliError `key_empty`, `key_malformed`, `interrupted`; none quotes it
 */
export async function obtainKey(
  context: CommandContext,
  withKey: boolean,
  apiServer: string,
): Promise<Secret> {
  const { io, signal, deadline, prompt } = context;
  const text = withKey
    ? await io.stdin.read(MAX_BYTES, signal)
    : await deadline.pauseFor(() =>
        prompt.password({ message: `API key for ${apiServer} (not shown)`, check: whatIsWrong }),
      );
  return parseApiKey(unwrapPastedKey(text), withKey ? 'Standard input' : 'What was typed');
}

/** For somebody who came without a key, before the first question. A server that is not the service has keys of its own. */
export function tellWhereKeysAre({ notes }: CommandContext, apiServer: string): void {
  if (apiServer !== DEFAULT_API_SERVER) return;
  for (const step of KEY_STEPS.slice(0, 2)) notes.tell(step);
}

function whatIsWrong(text: string): string | null {
  try {
    parseApiKey(unwrapPastedKey(text), 'This');
    return null;
  } catch (error) {
    return toCliError(error).message;
  }
}
