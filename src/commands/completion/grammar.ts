import type { CommandEntry } from '../../cli/define';
import { ALL_GLOBAL_OPTIONS, globalOptions, HELP_OPTION, VERSION_OPTION } from '../../cli/globals';
import {
  aboutFlag,
  flag,
  type Operand,
  type OptionSpec,
  type OptionSpecs,
} from '../../cli/options';

/** One spelling of an option. */
export interface Flag {
  readonly names: readonly string[];
  readonly about: string;
  /** Its value in help, such as `<path>`. Null for a switch. */
  readonly value: string | null;
  readonly spec: OptionSpec<unknown>;
}

/** What can follow the program or a command. */
export interface Grammar {
  readonly flags: readonly Flag[];
  readonly operands: readonly Operand[];
  /** What follows `--`, if `--` is required. */
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

/** @param name of a command; undefined for the program itself @returns undefined for an unknown command */
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

/** The position of the command: the first word that is neither a global option nor its value. -1 for none. */
export function findOperand(words: readonly string[]): number {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return index;
    if (word === '--') return -1;
    if (PROGRAM_FLAGS.some(({ names, value }) => value && names.includes(word))) index += 1;
  }
  return -1;
}

/** What the words before the cursor mean. */
export interface Read {
  readonly operands: readonly string[];
  readonly given: ReadonlySet<OptionSpec<unknown>>;
  /** The option whose value comes next. `isOwed` if nothing else can come. */
  readonly open: Flag | null;
  readonly isOwed: boolean;
}

/** Reads known words, and ignores what is wrong. */
export function readWords(words: readonly string[], flags: readonly Flag[]): Read {
  const operands: string[] = [];
  const given = new Set<OptionSpec<unknown>>();
  let open: Flag | null = null;
  let isOwed = false;
  for (const word of words) {
    if (open && (isOwed || !word.startsWith('-'))) {
      isOwed = false;
      if (!takesSeveral(open)) open = null;
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

/** For options such as `<origin...>`. */
export function takesSeveral({ value }: Flag): boolean {
  return value?.includes('...') === true;
}
