import type { CommandEntry } from '../../cli/define';
import { ALL_GLOBAL_OPTIONS, globalOptions, HELP_OPTION, VERSION_OPTION } from '../../cli/globals';
import {
  aboutFlag,
  flag,
  type Operand,
  type OptionSpec,
  type OptionSpecs,
} from '../../cli/options';

/** One form of an option. `--max-duration <duration>` and `--no-max-duration` are two forms of the same option. */
export interface Flag {
  readonly names: readonly string[];
  readonly about: string;
  /** The value as help shows it, such as `<path>`. Null if the option has no value. */
  readonly value: string | null;
  readonly spec: OptionSpec<unknown>;
}

/** The options and arguments that can follow the name of the program or of a command. */
export interface Grammar {
  readonly flags: readonly Flag[];
  readonly operands: readonly Operand[];
  /**
   * What help shows for the words after `--`, for example COMMAND in `vstoken exec -- COMMAND`. Undefined if the command does not
   * require `--`.
   */
  readonly afterDashes?: string | undefined;
}

function flagsOf(specs: OptionSpecs): readonly Flag[] {
  const all = { ...specs, help: flag(...HELP_OPTION), version: flag(...VERSION_OPTION) };
  return Object.values(all).flatMap((spec) =>
    Object.entries(spec.flags).map(([text, summary]) => {
      const about = aboutFlag(spec, text, summary);
      const words = text.split(/[ ,]+/);
      const names = words.filter((word) => word.startsWith('-'));
      return { names, about, value: words.find((word) => word.startsWith('<')) ?? null, spec };
    }),
  );
}

const PROGRAM_FLAGS = flagsOf(ALL_GLOBAL_OPTIONS);

/**
 * Returns the options and arguments of a command, or of the program if `name` is undefined. Returns undefined for an unknown
 * command.
 */
export async function grammarFor(
  name: string | undefined,
  commands: readonly CommandEntry[],
): Promise<Grammar | undefined> {
  if (name === undefined) {
    const completes = () => ({ words: [], hasCommands: true });
    return { flags: PROGRAM_FLAGS, operands: [{ name: '', summary: '', completes }] };
  }
  const command = await commands.find((entry) => entry.name === name)?.load();
  return (
    command && {
      flags: flagsOf({ ...command.options, ...globalOptions(command) }),
      operands: command.operands ?? [],
      afterDashes: command.afterDashes,
    }
  );
}

/**
 * Returns the index of the command's name: the first word after the global options and their values. Returns -1 if there is no
 * such word.
 */
export function findOperand(words: readonly string[]): number {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return index;
    if (word === '--') return -1;
    if (PROGRAM_FLAGS.some(({ names, value }) => value && names.includes(word))) index += 1;
  }
  return -1;
}

/** The options and operands in the words before the cursor. */
export interface ParsedWords {
  readonly operands: readonly string[];
  readonly given: ReadonlySet<OptionSpec<unknown>>;
  /**
   * The option whose value can be the next word. Null if there is no such option. If `isOwed` is true, the next word must be the
   * value of this option.
   */
  readonly open: Flag | null;
  readonly isOwed: boolean;
}

/** Finds the options and operands in the words. Ignores unknown options. */
export function readWords(words: readonly string[], flags: readonly Flag[]): ParsedWords {
  const operands: string[] = [];
  const given = new Set<OptionSpec<unknown>>();
  let open: Flag | null = null;
  let isOwed = false;
  for (const word of words) {
    if (open && (isOwed || !word.startsWith('-'))) {
      isOwed = false;
      if (!isVariadic(open)) open = null;
      continue;
    }
    open = null;
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const [name = word] = word.split('=');
    const found = flags.find(({ names }) => names.includes(name));
    if (!found) continue;
    given.add(found.spec);
    if (!found.value || word.includes('=')) continue;
    open = found;
    isOwed = true;
  }
  return { operands, given, open, isOwed };
}

/** Whether one option can have several values, such as `<origin...>`. */
export function isVariadic({ value }: Flag): boolean {
  return value?.includes('...') === true;
}
