import type { CommandContext } from '../../cli/define';
import type { GlobalValues } from '../../cli/globals';
import { toCliError } from '../../core/errors';
import { parseLifetime } from '../../core/lifetime';
import { quotePosix } from '../../core/quote';
import type { TokenOptions } from '../../core/token';
import { requireTerminalForQuestions } from '../../terminal/ask';

interface OtherOptions {
  readonly output?: string | undefined;
  readonly name?: string | undefined;
  readonly count?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly prove: boolean;
  readonly copy: boolean;
  readonly client?: string | undefined;
}

/**
 * Asks for the options of the token. Then shows the command that mints such a token without questions. The time limit of the
 * command (--timeout) is paused while the person answers.
 */
export async function askForOptions(
  context: CommandContext,
  preset: TokenOptions,
  others: OtherOptions,
): Promise<TokenOptions> {
  const options = await context.deadline.pauseFor(() => askTokenOptions(context, preset));
  context.notes.note('To mint the same kind of token without questions:');
  context.notes.showCommand(equivalentCommand(options, others, context.globals));
  return options;
}

/**
 * Asks a person for the options of a token, and checks the answers like command-line options.
 * @param preset the default answers: the options of the command line, or the usual defaults
 * @throws CliError `prompt_impossible` without a terminal; `interrupted`
 */
async function askTokenOptions(
  context: CommandContext,
  preset: TokenOptions,
): Promise<TokenOptions> {
  requireTerminalForQuestions(
    context,
    '--interactive asks questions',
    'Use options instead: --access, --lifetime, --one-time or --no-one-time',
  );
  const { prompt } = context;
  const access = await prompt.select({
    message: 'Access',
    choices: [
      { value: 'readonly', about: 'can read data' },
      { value: 'readwrite', about: 'can also transcribe, which is billed' },
    ],
    default: preset.access,
  });
  const lifetime = await prompt.input({
    message: 'Lifetime (1s to 120s)',
    default: `${preset.lifetimeS}s`,
    check: lifetimeProblem,
  });
  const oneTime = await prompt.confirm({
    message: 'One-time (only the first use works)?',
    default: preset.oneTime,
  });
  return { access, lifetimeS: parseLifetime(lifetime.trim()), oneTime };
}

/**
 * Returns the command that mints such a token without questions. It contains no secret, because no option of mint has a secret
 * value.
 */
function equivalentCommand(
  { access, lifetimeS, oneTime }: TokenOptions,
  others: OtherOptions,
  globals: GlobalValues,
): string {
  const { output, name, count, concurrency, prove, copy, client } = others;
  const words: readonly (string | false)[] = [
    'vstoken mint',
    `--access ${access} --lifetime ${lifetimeS}s ${oneTime ? '--one-time' : '--no-one-time'}`,
    output !== undefined && `-o ${output}`,
    name !== undefined && `--name ${name}`,
    count !== undefined && `--count ${count}`,
    concurrency !== undefined && `--concurrency ${concurrency}`,
    prove && '--prove',
    copy && '--copy',
    client !== undefined && `--client ${client}`,
    globals.profile !== undefined && `--profile ${globals.profile}`,
    globals.sandbox && '--sandbox',
    globals.apiServer !== undefined && `--api-server ${quotePosix(globals.apiServer)}`,
    globals.timeout !== undefined && `--timeout ${globals.timeout}ms`,
    globals.json && '--json',
  ];
  return words.filter((word) => word !== false).join(' ');
}

function lifetimeProblem(text: string): string | null {
  try {
    parseLifetime(text.trim());
    return null;
  } catch (error) {
    return toCliError(error).message;
  }
}
