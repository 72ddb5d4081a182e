import { CliError } from '../core/errors';
import { ALL_GLOBAL_OPTIONS } from './globals';

interface ArrangedArguments {
  /** The name of the command: the first word that is not an option. It is not checked here. Null if all words are options. */
  readonly name: string | null;
  /** All other words, in order. Global options may come before and after the command. */
  readonly rest: readonly string[];
}

/** The flags of the global options, and whether each flag has a value. */
type Flags = ReadonlyMap<string, boolean>;

/** Lists the flags of the global options. Needed only if an option comes before the command, which is rare. */
function listGlobalFlags(): Flags {
  return new Map(
    Object.values(ALL_GLOBAL_OPTIONS).flatMap((spec) =>
      Object.keys(spec.flags).flatMap((flags) =>
        flags
          .split(/[ ,]+/)
          .filter((word) => word.startsWith('-'))
          .map((word) => [word, spec.takesValue] as const),
      ),
    ),
  );
}

const PROGRAM_FLAGS = ['-h', '--help', '-V', '--version'];

/** Whether a word contains several one-letter switches, such as `-qv`. */
function isCluster(word: string, globalFlags: Flags): boolean {
  const isSwitch = (letter: string) =>
    globalFlags.get(`-${letter}`) === false || PROGRAM_FLAGS.includes(`-${letter}`);
  return /^-[A-Za-z]{2,}$/.test(word) && [...word.slice(1)].every(isSwitch);
}

/**
 * Splits a command line into the name of the command and the other words.
 * @throws CliError `unknown_option` if an option before the command is not global
 */
export function arrangeArguments(argv: readonly string[]): ArrangedArguments {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      throw new CliError('invalid_arguments', 'Put the name of a command before --.', {
        hint: 'See: vstoken --help',
      });
    }
    if (!word.startsWith('-')) {
      const rest = [...argv.slice(0, index), ...argv.slice(index + 1)];
      return { name: word, rest };
    }
    const globalFlags = listGlobalFlags();
    const takesValue = globalFlags.get(word.split('=')[0] ?? word);
    if (
      takesValue === undefined &&
      !PROGRAM_FLAGS.includes(word) &&
      !isCluster(word, globalFlags)
    ) {
      throw new CliError(
        'unknown_option',
        `Only global options may stand before the command: ${[...globalFlags.keys()].join(', ')}.`,
        { hint: 'Write the options of a command after its name: vstoken mint --access readonly' },
      );
    }
    if (takesValue && !word.includes('=')) index += 1;
  }
  return { name: null, rest: argv };
}

/**
 * Returns an error for `--one-time false`. Without this check, `false` would be an operand, and the token would be one-time
 * although the user wants a reusable token.
 */
export function findOneTimeValue(argv: readonly string[]): CliError | null {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  const isMistaken = words.some(
    (word, index) =>
      /^--(no-)?one-time=/.test(word) ||
      (/^--(no-)?one-time$/.test(word) && /^(true|false)$/i.test(words[index + 1] ?? '')),
  );
  if (!isMistaken) return null;
  return new CliError('invalid_value', '--one-time takes no value.', {
    hint: 'For a token that works once: --one-time. For a reusable token: --no-one-time',
  });
}

/** Whether a command line asks for JSON, even if the command line has errors. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some(
    (word, index) =>
      word === '--json' ||
      word === '--output=json' ||
      word === '-ojson' ||
      ((word === '-o' || word === '--output') && words[index + 1] === 'json'),
  );
}
