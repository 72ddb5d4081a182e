import type { Progress } from '../context/notes';
import type { ErrorCode } from '../core/error-codes';
import type { CliError } from '../core/errors';
import { ReaderGone } from '../core/errors';
import { loadWithhold } from '../core/secret-register';
import { withholdDeep } from '../core/withhold';
import type { SandboxSettings, ServiceContext } from '../credentials/target';
import type { Marks } from '../terminal/marks';
import type { Style } from '../terminal/style';
import { escapeDeep } from '../terminal/text';
import type { GlobalValues, TargetOption } from './globals';
import type { Operand, OptionSpecs, OptionValues, RawValue } from './options';

/** What a command gets: a context whose signal also aborts at the deadline, and the parsed command line. */
export interface CommandContext extends ServiceContext {
  readonly globals: GlobalValues;
  /** All commands. Needed by commands such as `help`, which describe other commands. */
  readonly commands: readonly CommandEntry[];
  /** The value of --timeout in milliseconds. Null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  readonly progress: Progress;
}

/** The result of a command. If `error` is set, the command failed but still has something to show. */
export interface Outcome<Data> {
  readonly data: Data;
  readonly error?: CliError | undefined;
}

/** A result that is printed unchanged. The command itself must hide secrets and escape the text. */
export interface RawOutput {
  readonly rawOutput: string | Uint8Array;
  readonly error?: CliError | undefined;
}

/** Returned by a command that has an exit code but no result. `vstoken exec` returns the exit code of the program that it ran. */
export interface ProgramExit {
  readonly exit: number;
}

/** Prints one result as JSON or as text. For a command that prints several results while it runs. */
export type Emit<Data> = (data: Data) => Promise<void>;

/** The hint of the error for too many operands, or a function that creates the hint from the words of the command line. */
type OperandsHint = string | ((words: readonly string[]) => string);

export interface Example {
  readonly about: string;
  /** The command line as typed, including `vstoken`. */
  readonly line: string;
}

/** Settings of an invocation that depend on its options. */
export interface InvocationSettings {
  /** Whether the output is JSON, because of --json or another option. */
  readonly json: boolean;
  /** Whether the command starts its own deadlines, because --timeout applies to each part of its work, such as each token. */
  readonly hasOwnDeadlines?: boolean;
  /** Whether the command chooses its server and key itself, so that it can report a wrong server in its own way. */
  readonly opensServer?: boolean;
  /** Settings of the sandbox that `--sandbox` starts. If undefined, the sandbox gets a free port, and its log is not shown. */
  readonly sandbox?: SandboxSettings;
}

interface CommandInput<Specs extends OptionSpecs, Data> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly operands?: readonly Operand[];
  /** The hint of the error for too many operands. */
  readonly operandsHint?: OperandsHint;
  /** What must follow `--`, as a text for help. The words after `--` become the operands, unchanged. */
  readonly afterDashes?: string;
  readonly options: Specs;
  readonly examples: readonly [Example, ...Example[]];
  readonly errors: readonly ErrorCode[];
  /** A list at the end of the help. */
  readonly appendix?: {
    readonly title: string;
    readonly items: readonly (readonly [string, string])[];
  };
  /** Maps the arguments for which JSON is printed, such as `--copy --json`, to the shape of this JSON (see core/json-shape). */
  readonly json: Readonly<Record<string, string>>;
  /** The title of the command's reports, and the noun for one result, such as `step`. Undefined without an option --report. */
  readonly report?: { readonly title: string; readonly noun: string };
  /** The options that the command accepts for the server and the key. */
  readonly targetOptions: readonly TargetOption[];
  /** The default of --timeout, in milliseconds. Null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  /** Runs before the command does anything. Throws a CliError if two options exclude each other. */
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
  ): Promise<Outcome<Data> | RawOutput | ProgramExit | null>;
  /** Whether the result is a new secret. Secrets in it are not hidden, so it must quote no other text of a server or a file. */
  readonly printsSecret?: boolean;
  /** Whether the text has colours in a terminal. */
  readonly hasColors?: boolean;
  /** Whether the text is printed byte for byte. The command must then reject text that a CI runner would execute as a command. */
  readonly isForPrograms?: boolean;
  /** Formats the data as text. All texts in the data are already escaped. */
  render(data: Data, options: OptionValues<Specs>, page: Page): string;
}

/** The properties of the output to which a text is printed, such as its width. */
export interface Page {
  /** The width in characters. Null if the output has no width, for example a pipe. */
  readonly columns: number | null;
  /** Whether the page is too narrow for two columns. */
  readonly isNarrow: boolean;
  /** Wraps a text that begins in column `indent`, and indents the other lines. Without a width, nothing is wrapped. */
  wrap(text: string, indent: number): string;
  /** Styles with colours if the command has colours and the terminal accepts them. */
  readonly style: Style;
  readonly marks: Marks;
}

/** A result of a command, ready to be printed: `data` as JSON, or `text` as text. */
export interface Rendering {
  readonly data: unknown;
  /** Returns the result as text, or as bytes for programs. Bytes are printed unchanged. */
  text(page: Page): string | Uint8Array;
}

export type RawOptions = Readonly<Record<string, RawValue>>;

/** A command line whose options are valid. */
export interface Invocation extends InvocationSettings {
  run(
    context: CommandContext,
    print: (rendering: Rendering, isLast: boolean) => Promise<void>,
  ): Promise<CliError | ProgramExit | undefined>;
}

/** A command as data, without the types of its options and result. */
export interface Command
  extends Omit<CommandInput<OptionSpecs, never>, 'check' | 'run' | 'render'> {
  /** Checks the options before the command runs. Throws a CliError if a value or a combination of options is invalid. */
  parse(raw: RawOptions, operands: readonly string[], globals: GlobalValues): Invocation;
}

/** The groups of commands in help, in order. */
export type CommandGroup = 'Tokens' | 'Front end' | 'Keys' | 'Help';

/** What help shows about a command without loading it. */
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
              : withholdDeep(found, await loadWithhold(context.secrets));
            return { data, text: (page) => render(escapeDeep(data), options, page) };
          };
          const emit = async (data: Data) => print(await rendering(data), false);
          const outcome = await run(context, options, operands, emit);
          if (!outcome) return undefined;
          if ('exit' in outcome) return outcome;
          const { error } = outcome;
          const shown =
            'rawOutput' in outcome
              ? { data: null, text: () => outcome.rawOutput }
              : await rendering(outcome.data);
          await print(shown, true).catch((thrown: unknown) => {
            // If the command failed, its error is reported even if the program that reads the output has ended.
            if (!(error && thrown instanceof ReaderGone)) throw thrown;
          });
          return error;
        },
      };
    },
  };
}
