import type { Progress } from '../context/notes';
import type { ErrorCode } from '../core/error-codes';
import type { CliError } from '../core/errors';
import { ReaderGone } from '../core/errors';
import { judgeOf } from '../core/secret-register';
import { withholdDeep } from '../core/withhold';
import type { SandboxSettings, ServiceContext } from '../credentials/target';
import type { Marks } from '../terminal/marks';
import type { Style } from '../terminal/style';
import { escapeDeep } from '../terminal/text';
import type { GlobalValues, TargetOption } from './globals';
import type { Operand, OptionSpecs, OptionValues, RawValue } from './options';

/** What a command gets: the context, with a signal that includes the deadline, and the parsed command line. */
export interface CommandContext extends ServiceContext {
  readonly globals: GlobalValues;
  /** All commands, for commands that describe others. */
  readonly commands: readonly CommandEntry[];
  /** The value of --timeout in milliseconds. Null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  readonly progress: Progress;
}

/** A result. With `error`, the command failed and still has something to show. */
export interface Outcome<Data> {
  readonly data: Data;
  readonly error?: CliError | undefined;
}

/** A result that is printed as it is, and that the command has judged and escaped itself. */
export interface AsItIs {
  readonly asItIs: string | Uint8Array;
  readonly error?: CliError | undefined;
}

/** The end of a command without a result, with the exit code of the program that the command ran. */
export interface Ended {
  readonly exit: number;
}

/** Prints a document of a command that continues to run. */
export type Emit<Data> = (data: Data) => Promise<void>;

/** A hint, or a function that builds a hint from the words of the command line. */
type OperandsHint = string | ((words: readonly string[]) => string);

export interface Example {
  readonly about: string;
  /** The command line as typed, `vstoken` included. */
  readonly line: string;
}

/** Settings of an invocation that depend on its options. */
export interface InvocationSettings {
  /** Whether its output is JSON, by --json or another option. */
  readonly json: boolean;
  /** Whether --timeout applies to each piece of work, so that the command starts its own deadlines. */
  readonly hasOwnDeadlines?: boolean;
  /** Whether the command opens the server itself, to report a wrong one in its own way. */
  readonly opensServer?: boolean;
  /** Settings of the embedded sandbox, for a command that continues to run. */
  readonly sandbox?: SandboxSettings;
}

interface CommandInput<Specs extends OptionSpecs, Data> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly operands?: readonly Operand[];
  /** The error text for too many operands. */
  readonly operandsHint?: OperandsHint;
  /** What must follow `--`, as help shows it. The words after `--` become the operands, unchanged. */
  readonly afterDashes?: string;
  readonly options: Specs;
  readonly examples: readonly [Example, ...Example[]];
  readonly errors: readonly ErrorCode[];
  /** A list at the end of the help. */
  readonly appendix?: {
    readonly title: string;
    readonly items: readonly (readonly [string, string])[];
  };
  /** The shapes of its JSON documents (see core/json-shape), by the option that prints each. */
  readonly json: Readonly<Record<string, string>>;
  /** The names of the command and its cases in reports, if it has --report. */
  readonly report?: { readonly title: string; readonly noun: string };
  /** The target options that it accepts. */
  readonly targetOptions: readonly TargetOption[];
  /** The default of --timeout. Null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  /** @throws CliError for options that exclude each other, before anything else happens */
  check?(
    options: OptionValues<Specs>,
    globals: GlobalValues,
    operands: readonly string[],
  ): InvocationSettings;
  run(
    context: CommandContext,
    options: OptionValues<Specs>,
    operands: readonly string[],
    emit: Emit<Data>,
  ): Promise<Outcome<Data> | AsItIs | Ended | null>;
  /** Whether its result is a new secret for the user, with no text from outside. */
  readonly printsSecret?: boolean;
  /** Whether its text is coloured in a terminal. */
  readonly hasColors?: boolean;
  /** Whether its text is printed byte for byte. The command must then reject text that a CI runner would execute as a command. */
  readonly isForPrograms?: boolean;
  /** Formats the data as text. Texts from outside are already escaped. */
  render(data: Data, options: OptionValues<Specs>, page: Page): string;
}

/** The page on which a text is shown. */
export interface Page {
  /** Null without a width, as in a pipe. */
  readonly columns: number | null;
  /** Whether the page is too narrow for two columns. */
  readonly isNarrow: boolean;
  /**
   * Wraps a text that starts in column `indent`, and indents its other lines as much. Without a width the text stays as it is.
   */
  wrap(text: string, indent: number): string;
  /** Colours, if the command has them and the terminal accepts them. */
  readonly style: Style;
  readonly marks: Marks;
}

/** A document of a result, which can be shown as JSON or text. */
export interface Rendering {
  readonly data: unknown;
  /** Bytes are for programs, and printed as they are. */
  text(page: Page): string | Uint8Array;
}

export type RawOptions = Readonly<Record<string, RawValue>>;

/** A command line whose options are valid. */
export interface Invocation extends InvocationSettings {
  run(
    context: CommandContext,
    print: (rendering: Rendering, isLast: boolean) => Promise<void>,
  ): Promise<CliError | Ended | undefined>;
}

/** A command as data, without the types of its options and result. */
export interface Command
  extends Omit<CommandInput<OptionSpecs, never>, 'check' | 'run' | 'render'> {
  /** @throws CliError for an invalid value or combination, before anything else happens */
  parse(raw: RawOptions, operands: readonly string[], globals: GlobalValues): Invocation;
}

/** The groups of commands in help, in order. */
export type CommandGroup = 'Tokens' | 'Front end' | 'Keys' | 'Help';

/** What help lists about a command without loading it. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Converts the definition of a command to a `Command`, which the program can describe, parse and run. */
export function defineCommand<const Specs extends OptionSpecs, Data>(
  input: CommandInput<Specs, Data>,
): Command {
  const { check, run, render, ...shown } = input;
  return {
    ...shown,
    parse(raw, operands, globals) {
      const options = Object.fromEntries(
        Object.entries(input.options).map(([name, spec]) => [name, spec.read(raw[name])]),
      ) as OptionValues<Specs>;
      return {
        ...(check?.(options, globals, operands) ?? { json: globals.json }),
        async run(context, print) {
          const rendering = async (found: Data): Promise<Rendering> => {
            const data = input.printsSecret
              ? found
              : withholdDeep(found, await judgeOf(context.secrets));
            return { data, text: (page) => render(escapeDeep(data), options, page) };
          };
          const emit = async (data: Data) => print(await rendering(data), false);
          const outcome = await run(context, options, operands, emit);
          if (!outcome) return undefined;
          if ('exit' in outcome) return outcome;
          const { error } = outcome;
          const shown =
            'asItIs' in outcome
              ? { data: null, text: () => outcome.asItIs }
              : await rendering(outcome.data);
          await print(shown, true).catch((thrown: unknown) => {
            // A reader that closed the output changes neither success nor failure.
            if (!(error && thrown instanceof ReaderGone)) throw thrown;
          });
          return error;
        },
      };
    },
  };
}
