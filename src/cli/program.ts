import { COMMANDS } from '../commands/index';
import { arrangeArguments, findOneTimeValue } from './arguments';
import { type Request, requestOf } from './command-line';
import { isHelp, requestHelp } from './help';
import { unknownCommand } from './usage-errors';

/**
 * Parses a command line. Loads only the command that the command line names.
 * @param version the version of this program
 * @throws CliError `unknown_command`, `unknown_option`, `invalid_arguments`, `invalid_value`, `conflicting_options` for an
 * error that is found before the command is known. No error quotes an unknown word or the text after `=`, which may be a secret.
 */
export async function readCommandLine(argv: readonly string[], version: string): Promise<Request> {
  const mistake = findOneTimeValue(argv);
  if (!mistake) return readWords(argv, version);
  const request = await readWords(argv, version).catch(() => null);
  if (!request || request.kind === 'print') throw mistake;
  const { command, raw } = request;
  return { kind: 'refused', command, raw, error: mistake };
}

async function readWords(argv: readonly string[], version: string): Promise<Request> {
  const { name, rest } = arrangeArguments(argv);
  if (name === null) {
    if (rest.length === 0 || isHelp(rest)) return requestHelp(null, rest);
    const { parseProgramWords } = await import('./parser');
    return parseProgramWords(rest, version);
  }
  const entry = COMMANDS.find((known) => known.name === name);
  if (!entry) throw unknownCommand(name);
  if (isHelp(rest)) return requestHelp(name, rest);
  const command = await entry.load();
  // If the command line is only the name of a command, no parser is needed.
  if (rest.length === 0 && !command.afterDashes) return requestOf(command, {}, []);
  const { parseCommandWords } = await import('./parser');
  return parseCommandWords(command, rest, version);
}
