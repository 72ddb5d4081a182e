import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import { CliError } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { trimEnds } from '../core/recognise/ends';
import { type Secret, secret } from '../core/secret';
import { tokenFromInput } from '../core/token';
import { apiKeyGivenAsToken, loadKeys, requireNoKey } from './known-keys';
import { listInWords } from './list-in-words';
import type { Target } from './target';

const MAX_INPUT_BYTES = 16 * 1024;

type InputContext = Context & {
  readonly notes: Notes;
  readonly target: Pick<Target, 'apiServer'>;
};

/**
 * Reads a token from standard input.
 * @throws CliError `stdin_is_terminal`, `no_token`, `token_malformed`, `not_a_token`
 */
export async function readTokenFromStdin(context: InputContext): Promise<Secret> {
  const { io, signal } = context;
  if (io.stdin.isTerminal) {
    throw new CliError(
      'stdin_is_terminal',
      '--token-stdin reads the token from a pipe, but standard input is a terminal.',
      { hint: 'vstoken mint --access readwrite | vstoken test --token-stdin' },
    );
  }
  return extractToken(context, await io.stdin.read(MAX_INPUT_BYTES, signal), 'Standard input');
}

/**
 * Reads a token from the environment.
 * @throws CliError `no_token`, `token_malformed`, `not_a_token`
 */
export async function readTokenFromEnvironment(context: InputContext): Promise<Secret> {
  return extractToken(context, context.env[TOKEN_VARIABLE] ?? '', TOKEN_VARIABLE);
}

/**
 * Returns the token in a text, without other text that was copied with the token. If the text has no valid token, throws an error
 * that says why, so that nothing is sent.
 */
async function extractToken(context: InputContext, text: string, source: string): Promise<Secret> {
  const { text: trimmed } = trimEnds(text);
  // An empty pair of quotes counts as an empty text.
  if (/^(?:""|'')?$/.test(trimmed)) return tokenFromInput('', source);
  const { tokenIn } = await import('../core/recognise/given-token');
  const { wordsToLookUp } = await import('../core/recognise/recognise');
  const { nameKey, given: ownKeys } = await loadKeys(context);
  const words = [...new Set([trimmed, ...wordsToLookUp(trimmed)])];
  const keys = new Set(words.filter((word) => nameKey(word) !== null));
  const known = await context.ledger.findAny(
    words.filter((word) => !keys.has(word)).map((word) => secret(word)),
  );
  const token = known?.reveal();
  const lengths = known ? [] : await context.ledger.lengthsAt(context.target.apiServer);
  const given = tokenIn(text, {
    isToken: (word) => word === token,
    isKey: (word) => keys.has(word) || nameKey(word) !== null,
    // If all tokens of this server in the ledger have the same length, a shorter token is rejected, because its end is probably
    // missing. If the lengths differ, no length is passed, because a short token may be complete.
    lengths: lengths.length === 1 ? lengths : [],
  });
  switch (given.kind) {
    case 'key':
      throw apiKeyGivenAsToken(
        nameKey(given.word) ?? 'the value follows a name for API keys, such as VOCALSTACK_API_KEY',
      );
    case 'other':
      throw new CliError('not_a_token', `${source} does not contain an auth token. ${given.why}`, {
        hint: given.hint ?? TOKEN_ONLY_HINT,
      });
    case 'damaged':
      throw new CliError(
        'token_malformed',
        `${source} does not contain an auth token. ${given.why}`,
        {
          hint: TOKEN_ONLY_HINT,
        },
      );
  }
  const word = given.kind === 'token' ? given.word : given.text;
  const accepted = tokenFromInput(word, source);
  requireNoKey(accepted, nameKey, ownKeys);
  if (given.removed.length > 0) {
    context.notes.note(
      `${source} contains more than the auth token. Only the token is used. Removed: ${listInWords(given.removed)}.`,
    );
  }
  return accepted;
}

const TOKEN_ONLY_HINT =
  'Give only the token, as vstoken mint prints it. To see what the text contains: vstoken inspect';
