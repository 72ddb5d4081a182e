import type { ErrorCode } from './error-codes';
import { CliError } from './errors';
import { requireSeen } from './unseen';

/** A program and its arguments. */
export type CommandWords = readonly [program: string, ...args: string[]];

/** Outside of quotes a shell gives these a meaning, be it in every place or at the start of a word alone. */
const SPECIAL = /[|&;<>()$`*?[]/;
const SPECIAL_AT_START = /[~#]/;
/** Between double quotes it still replaces what follows these. */
const SPECIAL_IN_DOUBLE_QUOTES = /[$`]/;
/** Between double quotes a backslash stays, but before these. POSIX, Shell Command Language, 2.2.3. */
const ESCAPED_IN_DOUBLE_QUOTES = /[$`"\\]/;

const ABSOLUTE = /^(?:\/|[a-z]:[\\/]|\\\\)/i;

const HINT =
  "The command runs without a shell. Put the character in single quotes to pass it on, or start a shell: sh -c '...'";

/**
 * Splits a command into words as a POSIX shell does, and expands nothing. What a shell would expand or act on is refused: passed on as
 * it is, it would be an argument that nobody meant. A library splits as well, but does not tell which character was in quotes.
 * @param source what the text came from, as the subject of a sentence
 * @throws CliError the code; it names the character and its place, and quotes nothing else
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
        throw refuse(`has a ${character} in double quotes ${place}, which needs a shell`);
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
  if (program === '')
    throw refuse('does not name a program', 'Example: op read op://dev/vocalstack/key');
  if (/^[a-z_]\w*=/i.test(program)) {
    const hint =
      'Use env to set it: env NAME=VALUE COMMAND. Others can see the arguments of a command.';
    throw refuse('begins with a variable, which needs a shell', hint);
  }
  if (/[\\/]/.test(program) && !ABSOLUTE.test(program)) {
    const hint = 'Give the absolute path, or only the name of a program in PATH.';
    throw refuse('gives a path relative to the working directory', hint);
  }
  return [program, ...args];
}

/**
 * The program of a command, for people; its arguments may be secret. Null for a text that cannot be split.
 * @param text as `splitCommand` takes it
 */
export function programOf(text: string): string | null {
  try {
    return splitCommand(text, '')[0];
  } catch {
    return null;
  }
}
