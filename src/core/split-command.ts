import type { ErrorCode } from './error-codes';
import { CliError } from './errors';
import { requireVisible } from './find-invisible';

export type CommandWords = readonly [program: string, ...args: string[]];

/**
 * Characters that are special in a shell outside of quotes. Those in `SPECIAL_AT_START` are special only at the start of a word.
 */
const SPECIAL = /[|&;<>()$`*?[]/;
const SPECIAL_AT_START = /[~#]/;
/** Characters that a shell expands even within double quotes. */
const SPECIAL_IN_DOUBLE_QUOTES = /[$`]/;
/** The only characters that a backslash escapes within double quotes (POSIX, Shell Command Language, 2.2.3). */
const ESCAPED_IN_DOUBLE_QUOTES = /[$`"\\]/;

const ABSOLUTE = /^(?:\/|[a-z]:[\\/]|\\\\)/i;

const HINT =
  "The command runs without a shell. Put the character in single quotes, or run a shell: sh -c '...'";

/**
 * Splits a command into words like a POSIX shell, without expansion. Rejects text that a shell would expand or execute. Reason:
 * no shell runs the command, so its program would get this text unchanged. No library is used, because libraries do not report
 * which characters were quoted.
 * @param source where the command was set. Error messages begin with this text, for example `--key-command`.
 * @param code the code of the error
 * @throws CliError with this code. The message names the character and its position, and quotes nothing else.
 */
export function splitCommand(
  text: string,
  source: string,
  code: ErrorCode = 'invalid_value',
): CommandWords {
  requireVisible(text, source, code);
  const refuse = (why: string, hint = HINT) => new CliError(code, `${source} ${why}.`, { hint });
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  let quoteAt = 0;
  const end = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const place = `at position ${at + 1}`;
    if (quote === character) quote = null;
    else if (quote === "'") word += character;
    else if (character === '\\') {
      const next = text.charAt(at + 1);
      if (next === '') throw refuse('ends with a backslash');
      const isKept: boolean = quote !== null && !ESCAPED_IN_DOUBLE_QUOTES.test(next);
      word = `${word ?? ''}${isKept ? character : ''}${next}`;
      at += 1;
    } else if (quote) {
      if (SPECIAL_IN_DOUBLE_QUOTES.test(character)) {
        throw refuse(`has a ${character} in double quotes ${place}, which only a shell expands`);
      }
      word += character;
    } else if (character === ' ') end();
    else if (character === "'" || character === '"') {
      quote = character;
      quoteAt = at;
      word ??= '';
    } else if (SPECIAL.test(character) || (word === null && SPECIAL_AT_START.test(character))) {
      throw refuse(`has a ${character} ${place}, which needs a shell`);
    } else word = `${word ?? ''}${character}`;
  }
  if (quote) throw refuse(`has a quote at position ${quoteAt + 1} that is not closed`);
  end();
  const [program = '', ...args] = words;
  if (program === '') throw refuse('has no program', 'Example: op read op://dev/vocalstack/key');
  if (/^[a-z_]\w*=/i.test(program)) {
    const hint =
      'Use env to set a variable, but not to a secret, which other users could see: env NAME=VALUE COMMAND';
    throw refuse('starts with a variable, which only a shell sets', hint);
  }
  if (/[\\/]/.test(program) && !ABSOLUTE.test(program)) {
    const hint = 'Use an absolute path, or the name of a program on PATH.';
    throw refuse('has a program with a relative path', hint);
  }
  return [program, ...args];
}

/**
 * Returns the program of a command, to show it to people. Does not return the arguments, because they may be secret. Null if the
 * text cannot be split.
 * @param text a command as for `splitCommand`
 */
export function programOf(text: string): string | null {
  try {
    return splitCommand(text, '')[0];
  } catch {
    return null;
  }
}
