import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import { COMMANDS } from '../commands/index';
import type { CliError } from '../core/errors';
import { type Presentation, type Request, requestOf } from './command-line';
import type { Command, RawOptions } from './define';
import {
  ALL_GLOBAL_OPTIONS,
  globalOptions,
  HELP_COMMAND,
  HELP_OPTION,
  VERSION_OPTION,
} from './globals';
import { commandHelp, helpLayout, programHelp } from './help';
import type { OptionSpecs } from './options';
import { lacksCommandLine, toUsageError } from './usage-errors';

/** The words of a command line without a command. */
export function parseProgramWords(
  words: readonly string[],
  presentation: Presentation,
): Promise<Request> {
  const program = createParser('vstoken', presentation);
  program.usage('[options] <command>');
  for (const entry of COMMANDS)
    program.command(entry.name).summary(entry.summary).description(entry.summary);
  program.helpCommand(...HELP_COMMAND);
  addGlobalOptions(program, ALL_GLOBAL_OPTIONS, presentation);
  const belowHelp = async () => programHelp(program.createHelp(), presentation.columns);
  return parse(program, words, {
    belowHelp,
    finish: async () => ({
      kind: 'print',
      text: `${program.helpInformation()}${await belowHelp()}`,
    }),
    explain: (error, own) => toUsageError(error, program.name(), own, ALL_GLOBAL_OPTIONS),
  });
}

/** The words of a command line beside the command. @throws CliError that explains what commander complains about */
export function parseCommandWords(
  command: Command,
  words: readonly string[],
  presentation: Presentation,
): Promise<Request> {
  const parser = createParser(`vstoken ${command.name}`, presentation);
  parser.description(command.description);
  for (const { name, summary } of command.operands ?? []) parser.argument(name, summary);
  addOptions(parser, command.options);
  if (command.afterDashes) parser.usage(`[options] -- ${command.afterDashes}`);
  const globals = globalOptions(command);
  addGlobalOptions(parser, globals, presentation);
  const belowHelp = () => commandHelp(command, parser.createHelp(), presentation.columns);
  const specs = { ...command.options, ...globals };
  const finish = (raw: RawOptions, operands: readonly string[]) =>
    requestOf(command, raw, operands);
  const explain: Explain = (error, own) =>
    toUsageError(error, parser.name(), own, specs, command.operandsHint);
  if (!command.afterDashes) return parse(parser, words, { belowHelp, finish, explain });
  // Commander drops the dashes, and then nobody could tell on which side of them a word stood.
  const [own, after] = splitAtDashes(words);
  return parse(parser, own, {
    belowHelp,
    finish(raw) {
      if (!after?.length) throw lacksCommandLine(command, after);
      return finish(raw, after);
    },
    explain: (error) => (after ? explain(error, own) : lacksCommandLine(command, after)),
  });
}

function splitAtDashes(words: readonly string[]): [string[], string[] | null] {
  const at = words.indexOf('--');
  return at < 0 ? [[...words], null] : [words.slice(0, at), words.slice(at + 1)];
}

function createParser(name: string, { columns }: Presentation): CommanderCommand {
  return new CommanderCommand(name)
    .exitOverride()
    .allowExcessArguments(false)
    .configureHelp(helpLayout(columns))
    .configureOutput({
      writeOut: () => undefined,
      writeErr: () => undefined,
      getOutHelpWidth: () => columns,
      getOutHasColors: () => false,
    });
}

function addOptions(parser: CommanderCommand, specs: OptionSpecs): void {
  for (const { flags, repeats } of Object.values(specs)) {
    for (const [flag, summary] of Object.entries(flags)) {
      const option = new Option(flag, summary);
      if (repeats) option.argParser<string[]>((text, before = []) => [...before, text]);
      parser.addOption(option);
    }
  }
}

function addGlobalOptions(
  parser: CommanderCommand,
  specs: OptionSpecs,
  { version }: Presentation,
): void {
  parser.optionsGroup('Global options:');
  addOptions(parser, specs);
  parser.helpOption(...HELP_OPTION).version(version, ...VERSION_OPTION);
}

/** What a complaint of commander about some words becomes. */
type Explain = (error: CommanderError, words: readonly string[]) => CliError;

interface Outcomes {
  /** What stands below commander's own part of the help. */
  readonly belowHelp: () => Promise<string>;
  readonly finish: (raw: RawOptions, operands: readonly string[]) => Request | Promise<Request>;
  readonly explain: Explain;
}

async function parse(
  parser: CommanderCommand,
  words: readonly string[],
  { belowHelp, finish, explain }: Outcomes,
): Promise<Request> {
  let printed = '';
  parser.configureOutput({
    writeOut: (text) => {
      printed += text;
    },
  });
  parser.action(() => undefined);
  try {
    parser.parse([...words], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === 'commander.helpDisplayed') printed += await belowHelp();
    if (thrown.exitCode === 0) return { kind: 'print', text: printed };
    throw explain(thrown, words);
  }
  return finish(parser.opts<RawOptions>(), parser.args);
}
