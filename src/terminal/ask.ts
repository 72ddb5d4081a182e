import type { Context } from '../context/context';
import { isCi } from '../core/environment';
import { CliError } from '../core/errors';

/** Whether a person at a terminal can answer questions. */
export function canAsk({ io, env }: Pick<Context, 'io' | 'env'>): boolean {
  return io.stdin.isTerminal && io.stderr.isTerminal && !isCi(env);
}

/** @throws CliError `prompt_impossible` if nobody can answer questions */
export function requireTerminalForQuestions(
  context: Pick<Context, 'io' | 'env'>,
  what: string,
  hint: string,
): void {
  if (canAsk(context)) return;
  throw new CliError('prompt_impossible', `${what}, and there is no terminal to ask in.`, { hint });
}
