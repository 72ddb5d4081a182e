import { COMMANDS } from '../commands/index';
import { type Request, requestOf } from './command-line';
import type { RawOptions } from './define';

/** Global options that also apply to help. */
const APPLICABLE = ['json', 'quiet', 'verbose', 'color'];

/** Whether the only word is `--help` or `-h`. */
export function isHelp(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === '--help' || words[0] === '-h');
}

/**
 * Returns a request to run the command `help`, for a command line with `--help` or `-h`, or without a command.
 * @param raw the other options of the command line
 */
export async function requestHelp(
  name: string | null,
  words: readonly string[],
  raw: RawOptions = {},
): Promise<Request> {
  const help = await COMMANDS.find((entry) => entry.name === 'help')?.load();
  if (!help) throw new Error('The command help is missing.');
  const kept = Object.entries(raw).filter(([option]) => APPLICABLE.includes(option));
  const short = !words.includes('--help');
  return requestOf(help, { ...Object.fromEntries(kept), short }, name === null ? [] : [name]);
}
