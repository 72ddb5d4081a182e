import type { CommanderError } from 'commander';
import { COMMANDS } from '../commands/index';
import { CliError } from '../core/errors';
import { nearest } from '../core/nearest';
import { NO_SECRET_ARGUMENTS } from './common-errors';
import type { Command } from './define';
import { longName, type OptionSpec, type OptionSpecs } from './options';

const SECRET_OPTION = /^--?(api[-_]?key|apikey|key|secret|token|auth[-_]?token|password|bearer)$/i;

/**
 * Returns an error that lists all commands and suggests the most similar one. The unknown word is never quoted, because it may be
 * a secret.
 */
export function unknownCommand(word: string): CliError {
  const names = COMMANDS.map((entry) => entry.name);
  const near = nearest(word, names);
  return new CliError('unknown_command', `Unknown command. The commands are ${names.join(', ')}.`, {
    hint: near ? `Did you mean: vstoken ${near}` : 'See: vstoken --help',
  });
}

/**
 * Turns an error of commander into a CliError, by the code of the error. The text of the error is dropped, because it quotes the
 * unknown word.
 */
export function toUsageError(
  thrown: CommanderError,
  parserName: string,
  words: readonly string[],
  specs: OptionSpecs,
  command?: Command,
): CliError {
  const all = Object.values(specs);
  const longs = all.flatMap((spec) => Object.keys(spec.flags).map(longName));
  const hint = `See: ${parserName} --help`;
  const operandsHint = command?.operandsHint;
  switch (thrown.code) {
    case 'commander.unknownOption': {
      const unknown = words.find(
        (word) => word.startsWith('-') && !longs.includes(word.split('=')[0] ?? word),
      );
      const name = unknown?.split('=')[0] ?? '';
      const near = nearest(name, longs);
      return new CliError(
        'unknown_option',
        `Unknown option. The options of ${parserName} are ${longs.join(', ')}.`,
        {
          hint: SECRET_OPTION.test(name) ? secretHint(name) : near ? `Did you mean ${near}?` : hint,
        },
      );
    }
    case 'commander.optionMissingArgument':
      return new CliError('invalid_arguments', missingValue(words, all), { hint });
    case 'commander.excessArguments':
      return new CliError('invalid_arguments', tooMany(command), {
        hint:
          (typeof operandsHint === 'function' ? operandsHint(words) : operandsHint) ??
          (words.some(mayBeKey) ? NO_SECRET_ARGUMENTS : hint),
      });
    default:
      return new CliError('invalid_arguments', 'The arguments are invalid.', { hint });
  }
}

function tooMany(command: Command | undefined): string {
  if (!command) return 'Too many arguments.';
  const names = (command.operands ?? []).map(({ name }) => name);
  return `Too many arguments: ${command.name} takes ${names.length > 0 ? `only ${names.join(' ')}` : 'none'}.`;
}

/** Whether a word may be an API key: the word is not an option, and is longer than most words that people type. */
function mayBeKey(word: string): boolean {
  return /^[^-][\w.~+/=-]{15,}$/.test(word);
}

function secretHint(option: string): string {
  return /token|bearer/i.test(option)
    ? 'Never pass a token as an argument: other users of this machine can see it, and your shell stores it in its history. Use --token-stdin or VOCALSTACK_AUTH_TOKEN.'
    : NO_SECRET_ARGUMENTS;
}

/** @param after the words after `--`; null if the command line has no `--` */
export function missingCommandLine(
  { name, afterDashes }: Command,
  after: readonly string[] | null,
): CliError {
  const what = after ? 'The command after -- is missing.' : 'Put -- before the command.';
  return new CliError('invalid_arguments', what, {
    hint: `vstoken ${name} [options] -- ${afterDashes}`,
  });
}

function missingValue(words: readonly string[], specs: readonly OptionSpec<unknown>[]): string {
  const last = words.at(-1) ?? '';
  const flags = specs
    .filter((spec) => spec.takesValue)
    .flatMap((spec) => Object.keys(spec.flags))
    .find((known) => known.split(/[ ,]+/).includes(last));
  return flags ? `The value of ${flags} is missing.` : 'The value of an option is missing.';
}
