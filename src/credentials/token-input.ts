import type { Context } from '../context/context';
import { cleanWord } from '../core/clean-environment';
import { CliError } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { tokenFromInput } from '../core/token';

const MAX_INPUT_BYTES = 16 * 1024;

/**
 * A token from standard input.
 * @throws CliError `stdin_is_terminal`, `no_token`, `token_malformed`
 */
export async function readTokenFromStdin(context: Context): Promise<Secret> {
  const { io, signal } = context;
  if (io.stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--token-stdin reads the token from a pipe, and standard input is a terminal.',
      { hint: 'vstoken mint --access readwrite | vstoken test --token-stdin' },
    );
  }
  return bareToken(context, await io.stdin.read(MAX_INPUT_BYTES, signal), 'Standard input');
}

/** A token from the environment. @throws CliError `no_token`, `token_malformed` */
export function readTokenFromEnvironment(context: Context): Promise<Secret> {
  const text = cleanWord(context.env[TOKEN_VARIABLE] ?? '');
  // What the variable holds is a secret of the run, so that a message with its name would be withheld.
  const source = text.includes('VOCALSTACK') ? 'The variable of the token' : TOKEN_VARIABLE;
  return bareToken(context, text, source);
}

/** What is put around a token is taken away. What is no token is refused with the cause, before anything is sent. */
async function bareToken(context: Context, text: string, source: string): Promise<Secret> {
  const trimmed = text.replace(/\0/g, '').trim();
  // Nothing, or far too much: what recognises tokens has no more to say of it.
  if (trimmed === '') return tokenFromInput('', source);
  const { tokenIn } = await import('../core/recognise/given');
  const { loadKeyNames } = await import('./known-keys');
  const nameKey = await loadKeyNames(context);
  // A service may mint tokens of other characters.
  const isKnown = (await context.ledger.findAny([secret(trimmed)])) !== null;
  const { word, why } = tokenIn(text, {
    isToken: (each) => isKnown && each === trimmed,
    isKey: (each) => nameKey(each) !== null,
  });
  if (word !== undefined) return secret(word);
  throw new CliError('token_malformed', `${source} does not hold an auth token. ${why}`, {
    hint: 'Hand in the bare token, as vstoken mint prints it. What else is in the text: vstoken inspect',
  });
}
