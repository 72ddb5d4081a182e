import { CliError, toCliError } from '../core/errors';
import { parseLifetime } from '../core/lifetime';
import type { TokenOptions } from '../core/token';
import type { CommandContext } from './define';

/**
 * The options of a token, asked of a person and validated as the flags are.
 * @param preset what the flags say, and the defaults
 * @throws CliError `prompt_impossible` where nobody can be asked; `interrupted`
 */
export async function askTokenOptions(
  context: CommandContext,
  preset: TokenOptions,
): Promise<TokenOptions> {
  requireSomebodyToAsk(context);
  const { prompt } = context;
  const access = await prompt.select({
    message: 'Access',
    choices: [
      { value: 'readonly', about: 'calls that return data' },
      { value: 'readwrite', about: 'billable transcription too' },
    ],
    default: preset.access,
  });
  const lifetime = await prompt.input({
    message: 'Lifetime (1s to 120s)',
    default: `${preset.lifetimeS}s`,
    check: whatIsWrongWithLifetime,
  });
  const oneTime = await prompt.confirm({
    message: 'For one use only?',
    default: preset.oneTime,
  });
  return { access, lifetimeS: parseLifetime(lifetime.trim()), oneTime };
}

/** The command line that mints the same without a question. */
export function equivalentCommand({ access, lifetimeS, oneTime }: TokenOptions): string {
  return `vstoken mint --access ${access} --lifetime ${lifetimeS}s ${oneTime ? '--one-time' : '--no-one-time'}`;
}

function requireSomebodyToAsk({ io, env }: CommandContext): void {
  if (io.stdin.isTerminal && io.stderr.isTerminal && !env['CI']) return;
  throw new CliError(
    'prompt_impossible',
    '--interactive asks questions, and there is no terminal to ask them in.',
    { hint: 'Say it with options instead: --access, --lifetime, --one-time or --no-one-time' },
  );
}

function whatIsWrongWithLifetime(text: string): string | null {
  try {
    parseLifetime(text.trim());
    return null;
  } catch (error) {
    return toCliError(error).message;
  }
}
