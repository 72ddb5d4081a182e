import { COMMANDS } from '../commands/index';
import { arrangeArguments, rejectOneTimeValue } from './arguments';
import { type Presentation, type Request, requestOf } from './command-line';
import { unknownCommand } from './usage-errors';

/**
 * Reads a command line. Loads the one command that it names, and no other.
 * @throws CliError `unknown_command`, `unknown_option`, `invalid_arguments`, `invalid_value`, `conflicting_options`;
 *   none quotes an unknown word or what follows a `=`, which may be a secret
 */
export async function readCommandLine(
  argv: readonly string[],
  presentation: Presentation,
): Promise<Request> {
  rejectOneTimeValue(argv);
  const { name, rest, wantsHelp } = arrangeArguments(argv);
  if (name === null) {
    const { parseProgramWords } = await import('./parser');
    return parseProgramWords(rest, presentation);
  }
  const entry = COMMANDS.find((known) => known.name === name);
  if (!entry) throw unknownCommand(name);
  const command = await entry.load();
  const words = wantsHelp ? ['--help'] : rest;
  // In a command and no more there is nothing to parse.
  if (words.length === 0 && !command.afterDashes) {
    return requestOf(command, {}, []);
  }
  const { parseCommandWords } = await import('./parser');
  return parseCommandWords(command, words, presentation);
}
