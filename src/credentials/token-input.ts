import type { Context } from '../context/context';
import { cleanWord } from '../core/clean-environment';
import { CliError } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import type { Secret } from '../core/secret';
import { tokenFromInput } from '../core/token';

const MAX_INPUT_BYTES = 16 * 1024;

/**
 * A token from standard input.
 * @throws CliError `stdin_is_terminal`, `no_token`, `token_malformed`
 */
export async function readTokenFromStdin({
  io,
  signal,
}: Pick<Context, 'io' | 'signal'>): Promise<Secret> {
  if (io.stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--token-stdin reads the token from a pipe, and standard input is a terminal.',
      { hint: 'vstoken mint --access readwrite | vstoken test --token-stdin' },
    );
  }
  return tokenFromInput(await io.stdin.read(MAX_INPUT_BYTES, signal), 'Standard input');
}

/** A token from the environment. @throws CliError `no_token`, `token_malformed` */
export function readTokenFromEnvironment({ env }: Pick<Context, 'env'>): Secret {
  return tokenFromInput(cleanWord(env[TOKEN_VARIABLE] ?? ''), TOKEN_VARIABLE);
}
