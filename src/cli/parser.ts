import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import type { CliError } from '../core/errors';
import { type Request, requestOf } from './command-line';
import type { Command, RawOptions } from './define';
import { ALL_GLOBAL_OPTIONS, globalOptions, HELP_OPTION, VERSION_OPTION } from './globals';
import { requestHelp } from './help';
import type { Operand, OptionSpecs } from './options';
import { missingCommandLine, toUsageError } from './usage-errors';

/** Parses a command line that names no command. */
export function parseProgramWords(words: readonly string[], version: string): Promise<Request> {
  const program = createParser('vstoken', version, ALL_GLOBAL_OPTIONS);
  return parse(program, words, {
    help: (raw) => requestHelp(null, words, raw),
    finish: (raw) => requestHelp(null, words, raw),
    explain: (error, own) => toUsageError(error, program.name(), own, ALL_GLOBAL_OPTIONS),
  });
}

/**
 * Parses the words of a command with commander.
 * @throws CliError that explains commander's error
 */
export function parseCommandWords(
  command: Command,
  words: readonly string[],
  version: string,
): Promise<Request> {
  const specs = { ...command.options, ...globalOptions(command) };
  const parser = createParser(`vstoken ${command.name}`, version, specs);
  for (const { name, summary } of makeLaterOptional(command.operands ?? [])) {
    parser.argument(name, summary);
  }
  const help = (raw: RawOptions) => requestHelp(command.name, own, raw);
  const finish = (raw: RawOptions, operands: readonly string[]) =>
    requestOf(command, raw, operands);
  const explain: Explain = (error, given) =>
    toUsageError(error, parser.name(), given, specs, command);
  // The words are split here, because commander does not tell which words came after `--`.
  const [own, after] = command.afterDashes ? splitAtDashes(words) : [words, null];
  const refuse = (raw: RawOptions, error: CliError): Request => ({
    kind: 'refused',
    ...{ command, raw, error },
  });
  if (!command.afterDashes) return parse(parser, words, { help, finish, explain, refuse });
  return parse(parser, own, {
    help,
    finish(raw) {
      if (!after?.length) throw missingCommandLine(command, after);
      return finish(raw, after);
    },
    explain: (error) => (after ? explain(error, own) : missingCommandLine(command, after)),
  });
}

/**
 * Makes all operands after an optional operand optional. Reason: commander assigns operands from the left. If a user omits the
 * optional operand, commander would report that the last operand is missing. The command itself checks the required operands.
 */
function makeLaterOptional(operands: readonly Operand[]): readonly Operand[] {
  const first = operands.findIndex(({ name }) => name.startsWith('['));
  return operands.map((operand, at) =>
    first >= 0 && at > first
      ? { ...operand, name: operand.name.replace(/^<(.*)>$/, '[$1]') }
      : operand,
  );
}

function splitAtDashes(words: readonly string[]): [string[], string[] | null] {
  const at = words.indexOf('--');
  return at < 0 ? [[...words], null] : [words.slice(0, at), words.slice(at + 1)];
}

function createParser(name: string, version: string, specs: OptionSpecs): CommanderCommand {
  const parser = new CommanderCommand(name)
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => undefined })
    .helpOption(...HELP_OPTION)
    .version(version, ...VERSION_OPTION);
  // The command `help` replaces commander's own help, because it prints more.
  parser.helpInformation = () => '';
  addOptions(parser, specs);
  return parser;
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

type Explain = (error: CommanderError, words: readonly string[]) => CliError;

interface Outcomes {
  readonly help: (raw: RawOptions) => Promise<Request>;
  readonly finish: (raw: RawOptions, operands: readonly string[]) => Request | Promise<Request>;
  readonly explain: Explain;
  /**
   * Returns a request that contains the error and its command. Reason: the options of the command may ask for a report of the
   * error.
   */
  readonly refuse?: (raw: RawOptions, error: CliError) => Request;
}

async function parse(
  parser: CommanderCommand,
  words: readonly string[],
  { help, finish, explain, refuse }: Outcomes,
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
    if (thrown.code === 'commander.helpDisplayed') return help(parser.opts<RawOptions>());
    if (thrown.exitCode === 0) return { kind: 'print', text: printed };
    const error = explain(thrown, words);
    if (refuse) return refuse(parser.opts<RawOptions>(), error);
    throw error;
  }
  return finish(parser.opts<RawOptions>(), parser.args);
}
