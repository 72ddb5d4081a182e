import type { Command, CommandEntry, CommandGroup, Example } from '../../cli/define';
import { globalOptions } from '../../cli/globals';
import { aboutFlag, longName, type OptionSpec, type OptionSpecs } from '../../cli/options';
import { formatDuration } from '../../core/duration';
import type { ErrorCode } from '../../core/error-codes';
import {
  documentsOf,
  listMembers,
  type MemberPath,
  outlineOf,
  parseShape,
} from '../../core/json-shape';

/** One flag of an option. `--one-time` and `--no-one-time` are two flags of the same option. */
export interface OptionHelp {
  readonly flag: string;
  /** The short form, such as `-o`. Null if there is no short form. */
  readonly short: string | null;
  /** The value as help shows it, such as `<format>`. Null if the flag has no value. */
  readonly value: string | null;
  readonly summary: string;
  /** The default: a value, or a flag such as `--one-time`. Null if there is no default. */
  readonly default: string | null;
  /** The environment variable that is used if the option is not given. */
  readonly variable: string | null;
  readonly group: string | null;
  /** All allowed values. Null if they cannot be listed. */
  readonly values: readonly string[] | null;
  /** Whether the flag can be given several times or can have several values. */
  readonly repeats: boolean;
  /** The text in help: the summary, the default and the variable. */
  readonly about: string;
}

export interface OperandHelp {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly repeats: boolean;
}

/** A JSON document of a command. `when` contains the options that select this document. */
export interface JsonHelp {
  readonly when: string;
  readonly shape: string;
  /** The names of the members, as help shows them. */
  readonly outline: string;
  /** The members of each document. If `shape` has alternatives (`A | B`), each alternative is a document. */
  readonly documents: readonly { readonly members: readonly MemberPath[] }[];
}

export interface CommandHelp {
  readonly command: string;
  readonly group: CommandGroup;
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly operands: readonly OperandHelp[];
  readonly options: readonly OptionHelp[];
  readonly global_options: readonly OptionHelp[];
  readonly examples: readonly Example[];
  readonly sections: readonly {
    readonly title: string;
    readonly items: readonly { readonly term: string; readonly text: string }[];
  }[];
  readonly json: readonly JsonHelp[];
  /** The error codes of this command, without the codes that all commands share. */
  readonly errors: readonly ErrorCode[];
  /** The default of --timeout. Null for a command that runs until it is stopped. */
  readonly timeout: string | null;
}

/** Returns the help of a command as data. */
export async function describeCommand({ group, load }: CommandEntry): Promise<CommandHelp> {
  const command = await load();
  const { name, summary, description, operands = [], appendix, timeoutMs } = command;
  return {
    command: name,
    group,
    summary,
    description,
    usage: usageOf(command),
    operands: operands.map((operand) => ({
      name: operand.name,
      summary: operand.summary,
      required: operand.name.startsWith('<'),
      repeats: operand.name.includes('...'),
    })),
    options: describeOptions(command.options),
    global_options: describeOptions(globalOptions(command)),
    examples: command.examples,
    sections: appendix
      ? [{ title: appendix.title, items: appendix.items.map(([term, text]) => ({ term, text })) }]
      : [],
    json: Object.entries(command.json).map(([when, shape]) => describeJson(when, shape)),
    errors: [...new Set(command.errors)],
    timeout: timeoutMs === null ? null : formatDuration(timeoutMs),
  };
}

function usageOf({ name, operands = [], afterDashes }: Command): string {
  const words = afterDashes ? ['--', afterDashes] : operands.map((operand) => operand.name);
  return ['vstoken', name, '[options]', ...words].join(' ');
}

export function describeJson(when: string, shape: string): JsonHelp {
  const parsed = parseShape(shape);
  const documents = documentsOf(parsed).map((each) => ({ members: listMembers(each) }));
  return { when, shape, outline: outlineOf(parsed), documents };
}

export function describeOptions(specs: OptionSpecs): readonly OptionHelp[] {
  return Object.values(specs).flatMap(describeOption);
}

function describeOption(spec: OptionSpec<unknown>): readonly OptionHelp[] {
  const { flags, preset = null, variable = null, group = null, completes } = spec;
  return Object.entries(flags).map(([text, summary]): OptionHelp => {
    const value = /<.*>/.exec(text)?.[0] ?? null;
    const words = value && typeof completes === 'object' ? completes.words : null;
    return {
      flag: longName(text),
      short: /^-\w(?=,)/.exec(text)?.[0] ?? null,
      value,
      summary,
      default: value || preset?.startsWith('--') ? preset : null,
      variable,
      group,
      values: words?.length
        ? words.map((word) => (typeof word === 'string' ? word : word[0]))
        : null,
      repeats: spec.repeats === true || value?.includes('...') === true,
      about: aboutFlag(spec, text, summary),
    };
  });
}
