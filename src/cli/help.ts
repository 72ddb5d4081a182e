import { COMMANDS } from '../commands/index';
import { type Request, requestOf } from './command-line';
import type { RawOptions } from './define';

/** The options of a command line that count for its help, too. */
const KEPT = ['json', 'quiet', 'verbose', 'color'];

/** Whether words that ask for nothing else ask for help. */
export function isHelp(words: readonly string[]): boolean {
  return words.length === 1 && (words[0] === '--help' || words[0] === '-h');
}

/**
 * What `--help` and `-h` are: the command `help`, of a command or of the program.
 * @param raw what else was given
 */
export async function requestHelp(
  name: string | null,
  words: readonly string[],
  raw: RawOptions = {},
): Promise<Request> {
  const help = await COMMANDS.find((entry) => entry.name === 'help')?.load();
  if (!help) throw new Error('There is no help.');
  const kept = Object.entries(raw).filter(([option]) => KEPT.includes(option));
  const short = !words.includes('--help');
  return requestOf(help, { ...Object.fromEntries(kept), short }, name === null ? [] : [name]);
}
