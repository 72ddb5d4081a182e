import type { ErrorCode } from './error-codes';
import { CliError } from './errors';
import { requireSeen } from './unseen';

/** A program and its arguments. */
export type CommandWords = readonly [program: string, ...args: string[]];

/** Characters that have a meaning in a shell outside of quotes: anywhere, and only at the start of a word. */
const SPECIAL = /[|&;<>()$`*?[]/;
const SPECIAL_AT_START = /[~#]/;
/** Characters that start an expansion even within double quotes. */
const SPECIAL_IN_DOUBLE_QUOTES = /[$`]/;
/** Within double quotes a backslash escapes only these characters. POSIX, Shell Command Language, 2.2.3. */
const ESCAPED_IN_DOUBLE_QUOTES = /[$`"\\]/;

const ABSOLUTE = /^(?:\/|[a-z]:[\\/]|\\\\)/i;

const HINT =
  "No shell runs the command. In single quotes the character is passed on as it is. For what takes a shell, name one: sh -c '...'";

/**
 * Splits a command into words like a POSIX shell, without expansion. Text that a shell would expand or act on is rejected, since
 * the program would get it as an unintended argument. Libraries do not tell which characters were quoted.  @param source the
 * origin of the text, as the subject of a sentence  @param code the code of the error  @throws CliError with that code; it names
 * the character and its position, and quotes nothing else
 */
export function splitCommand(
  text: string,
  source: string,
  code: ErrorCode = 'invalid_value',
): CommandWords {
  requireSeen(text, source, code);
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
        throw refuse(`has a ${character} in double quotes ${place}, which only a shell replaces`);
      }
      word += character;
    } else if (character === ' ') end();
    else if (character === "'" || character === '"') {
      quote = character;
      quoteAt = at;
      word ??= '';
    } else if (SPECIAL.test(character) || (word === null && SPECIAL_AT_START.test(character))) {
      throw refuse(`has a ${character} ${place}, which only a shell understands`);
    } else word = `${word ?? ''}${character}`;
  }
  if (quote) throw refuse(`has a quote at position ${quoteAt + 1} that is not closed`);
  end();
  const [program = '', ...args] = words;
  if (program === '') throw refuse('names no program', 'Example: op read op://dev/vocalstack/key');
  if (/^[a-z_]\w*=/i.test(program)) {
    const hint =
      'Let env set it: env NAME=VALUE COMMAND. Others can see the arguments of a command.';
    throw refuse('begins with a variable, which only a shell sets', hint);
  }
  if (/[\\/]/.test(program) && !ABSOLUTE.test(program)) {
    const hint = 'Give its whole path, or the name alone of a program that is in PATH.';
    throw refuse('names its program by a path from the working directory', hint);
  }
  return [program, ...args];
}

/**
 * Returns the program of a command, to show it to people; the arguments may be secret. Null if the text cannot be split.  @param
 * text a command as for `splitCommand`
 */
export function programOf(text: string): string | null {
  try {
    return splitCommand(text, '')[0];
  } catch {
    return null;
  }
}
