import { CliError } from '../core/errors';
import { ALL_GLOBAL_OPTIONS } from './globals';

interface Arranged {
  /** The word in the command's place, known or not; null when there is none. */
  readonly name: string | null;
  /** Everything else, in its order, so that global options may stand before the command as well as after it. */
  readonly rest: readonly string[];
}

/** The flags of the global options, each with whether a value follows. */
type Flags = ReadonlyMap<string, boolean>;

/** Listed for a command line that has something before its command, as few have. */
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

/** Several switches of one letter in a word: `-qv`. */
function isCluster(word: string, globalFlags: Flags): boolean {
  const isSwitch = (letter: string) =>
    globalFlags.get(`-${letter}`) === false || PROGRAM_FLAGS.includes(`-${letter}`);
  return /^-[A-Za-z]{2,}$/.test(word) && [...word.slice(1)].every(isSwitch);
}

/** @throws CliError `unknown_option` for an option before the command that is not a global one */
export function arrangeArguments(argv: readonly string[]): Arranged {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      throw new CliError('invalid_arguments', 'The name of a command comes before the --.', {
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
        { hint: "A command's own options follow its name: vstoken mint --access readonly" },
      );
    }
    if (takesValue && !word.includes('=')) index += 1;
  }
  return { name: null, rest: argv };
}

/** `--one-time false` would be read as a switch and an argument, and mint the opposite of what was meant. */
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
    hint: 'For a token of a single use: --one-time. For one of many uses: --no-one-time',
  });
}

/** Whether a command line that may not even be readable asks for JSON. */
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
