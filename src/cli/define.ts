import type { Progress } from '../context/notes';
import type { ErrorCode } from '../core/error-codes';
import type { CliError } from '../core/errors';
import { ReaderGone } from '../core/errors';
import { judgeOf } from '../core/secret-register';
import { withholdDeep } from '../core/withhold';
import type { SandboxManner, ServiceContext } from '../credentials/target';
import type { Marks } from '../terminal/marks';
import type { Style } from '../terminal/style';
import { escapeDeep } from '../terminal/text';
import type { GlobalValues, Reach } from './globals';
import type { Operand, OptionSpecs, OptionValues, RawValue } from './options';

/** What a command gets: the seam, with the deadline in its signal, and what the command line settled. */
export interface CommandContext extends ServiceContext {
  readonly globals: GlobalValues;
  /** All that there are, for what tells of other commands. */
  readonly commands: readonly CommandEntry[];
  /** What --timeout allows, in milliseconds; null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  readonly progress: Progress;
}

/** A result; with `error`, one of a command that failed and has something to show all the same. */
export interface Outcome<Data> {
  readonly data: Data;
  readonly error?: CliError | undefined;
}

/** The end of a command that has nothing to show: an exit code that is not one of ours. */
export interface Ended {
  readonly exit: number;
}

/** Prints one document of a command that goes on running. */
export type Emit<Data> = (data: Data) => Promise<void>;

/** A hint, or what makes one of the words of the command line. */
export type OperandsHint = string | ((words: readonly string[]) => string);

export interface Example {
  readonly about: string;
  /** The command line as typed, `vstoken` included. */
  readonly line: string;
}

/** How a command is to run, where its options have a say. */
export interface Manner {
  /** Whether they ask for JSON, be it in another way than --json. */
  readonly json: boolean;
  /** Whether --timeout is for each piece of the work, which the command sees to itself. */
  readonly hasOwnDeadlines?: boolean;
  /** Whether it opens its server itself, since one that is wrong is for it to tell. */
  readonly opensServer?: boolean;
  /** What the embedded sandbox is to be like, for a command that goes on running. */
  readonly sandbox?: SandboxManner;
}

interface CommandInput<Specs extends OptionSpecs, Data> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly operands?: readonly Operand[];
  /** What to tell who gives it more arguments than it takes. */
  readonly operandsHint?: OperandsHint;
  /** What follows a `--`, for help: there has to be one then, and what follows it is handed over as it is, as the operands. */
  readonly afterDashes?: string;
  readonly options: Specs;
  readonly examples: readonly [Example, ...Example[]];
  readonly errors: readonly ErrorCode[];
  /** A list of its own at the end of the help. */
  readonly appendix?: {
    readonly title: string;
    readonly items: readonly (readonly [string, string])[];
  };
  /** The shapes of the JSON documents, as `core/json-shape` reads them, by the options that print them. */
  readonly json: Readonly<Record<string, string>>;
  /** What reports call it and its cases, for a command that has the option for them. */
  readonly report?: { readonly title: string; readonly noun: string };
  /** What it reaches for, and so has an option for. */
  readonly reach: readonly Reach[];
  /** The deadline without --timeout; null for a command that runs until it is stopped. */
  readonly timeoutMs: number | null;
  /** @throws CliError for options that exclude each other, before anything else happens */
  check?(options: OptionValues<Specs>, globals: GlobalValues, operands: readonly string[]): Manner;
  run(
    context: CommandContext,
    options: OptionValues<Specs>,
    operands: readonly string[],
    emit: Emit<Data>,
  ): Promise<Outcome<Data> | Ended | null>;
  /** Whether its result is a secret that is made for whoever runs it, with no text from outside beside it. */
  readonly printsSecret?: boolean;
  /** Whether its text is set off by colours in a terminal. */
  readonly hasColors?: boolean;
  /** Whether programs get its text byte for byte: it has to refuse by itself what a runner of CI would take for a command. */
  readonly isForPrograms?: boolean;
  /** The same data as text. What came from elsewhere in it is escaped already. */
  render(data: Data, options: OptionValues<Specs>, page: Page): string;
}

/** Where a text is shown. */
export interface Page {
  /** Null where there is no width to keep, as in a pipe. */
  readonly columns: number | null;
  /** Whether there is no room for two columns of text. */
  readonly isNarrow: boolean;
  /** Breaks a text that begins `indent` columns in, and goes on there; as it is where there is no width to keep. */
  wrap(text: string, indent: number): string;
  /** Colours, where the command has them and they are wanted here. */
  readonly style: Style;
  readonly marks: Marks;
}

/** One document of a result, to be shown as JSON or as text. */
export interface Rendering {
  readonly data: unknown;
  text(page: Page): string;
}

export type RawOptions = Readonly<Record<string, RawValue>>;

/** A command line whose options hold. */
export interface Invocation extends Manner {
  run(
    context: CommandContext,
    print: (rendering: Rendering, isLast: boolean) => Promise<void>,
  ): Promise<CliError | Ended | undefined>;
}

/** A command as data, with the types of its options and result folded away. */
export interface Command
  extends Omit<CommandInput<OptionSpecs, never>, 'check' | 'run' | 'render'> {
  /** @throws CliError for a value or a combination that is not allowed, before anything else happens */
  parse(raw: RawOptions, operands: readonly string[], globals: GlobalValues): Invocation;
}

/** The headings that help lists commands under, in their order. */
export type CommandGroup = 'Tokens' | 'Front end' | 'Keys' | 'Help';

/** What help lists of a command without loading it. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Turns a command's description into what the program can show, parse and run. */
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
          const { data, error } = outcome;
          await print(await rendering(data), true).catch((thrown: unknown) => {
            // That nobody reads the result makes no failure of a success, and no success of a failure.
            if (!(error && thrown instanceof ReaderGone)) throw thrown;
          });
          return error;
        },
      };
    },
  };
}
