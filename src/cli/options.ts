/** The value of an option as commander returns it: a text, a list of texts, or whether a switch was given. */
export type RawValue = string | readonly string[] | boolean | undefined;

/** What a shell completes for a value or an operand: the names of profiles, or the words of a list. */
export type CompletionSource = 'profile' | CompletingWords;

export interface CompletingWords {
  /** A word, or a word and its meaning. After a word that ends with `=`, the shell completes a path. */
  readonly words: readonly (string | readonly [word: string, about: string])[];
  /** Whether several words are allowed, separated by commas. */
  readonly isList?: boolean;
  /** Whether shell completion also offers the names of the commands, before `words`. */
  readonly hasCommands?: boolean;
}

export interface Operand {
  /** The name in help. An optional operand has brackets, and a repeatable operand has dots. */
  readonly name: string;
  readonly summary: string;
  /**
   * @param before the operands that are already typed
   * @returns what completes the next operand; undefined if nothing is known, or if no more operands are allowed
   */
  completes?(before: readonly string[]): CompletionSource | undefined;
}

/** What help shows about an option besides its summary. */
export interface OptionFacts {
  /** The default: a value, or a flag such as `--one-time`. */
  readonly preset?: string | undefined;
  /** The environment variable that is read if the option is not given. */
  readonly variable?: string | undefined;
  /** The heading of the option's group in help. */
  readonly group?: string | undefined;
  /** What the Tab key completes as the value of this option. If undefined, it completes files for a `<path>`. */
  readonly completes?: CompletionSource | undefined;
}

/** An option as data: its help, and the function that checks its value. */
export interface OptionSpec<Value> extends OptionFacts {
  /**
   * The summary of each flag. The key is the flag in commander's form, such as `--name <var>`. An option with a `--no-` form has
   * two flags. An option that only the program sets has no flag.
   */
  readonly flags: Readonly<Record<string, string>>;
  readonly takesValue: boolean;
  /** Whether the option can be given several times, with one value each time. */
  readonly repeats?: boolean;
  /** @throws CliError `invalid_value` */
  read(raw: RawValue): Value;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The checked values of a command's options. The names are the long flags in camel case. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** Returns the long form of a flag, without its value. */
export function longName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** Returns the summary of a flag, with the default and the environment variable of the option. */
export function aboutFlag(
  { preset, variable }: OptionFacts,
  flags: string,
  summary: string,
): string {
  const facts = [
    preset === longName(flags) ? ['default'] : [],
    preset !== undefined && flags.includes('<') ? [`default: ${preset}`] : [],
    variable === undefined ? [] : [`or ${variable}`],
  ].flat();
  return facts.length === 0 ? summary : `${summary} (${facts.join('; ')})`;
}

/** Defines a switch `--flag`. Its value is true if the switch was given. */
export function flag(flags: string, summary: string, facts: OptionFacts = {}): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw === true };
}

/** Defines a switch that only the program itself sets. */
export function unlistedFlag(): OptionSpec<boolean> {
  return { flags: {}, takesValue: false, read: (raw) => raw === true };
}

/** Defines a switch `--no-flag`. Its value is false if the switch was given. */
export function switchOff(
  flags: string,
  summary: string,
  facts: OptionFacts = {},
): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw !== false };
}

/** Defines the switches `--flag` and `--no-flag`. The value is undefined if no switch was given. */
export function toggle(
  flags: string,
  summary: string,
  negation: string,
  facts: OptionFacts = {},
): OptionSpec<boolean | undefined> {
  return {
    ...facts,
    flags: { [flags]: summary, [flags.replace('--', '--no-')]: negation },
    takesValue: false,
    read: (raw) => (typeof raw === 'boolean' ? raw : undefined),
  };
}

/** Defines an option `--flag <value>`. Its value is undefined if the option was not given. */
export function value<Value>(
  flags: string,
  summary: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<Value | undefined> {
  return {
    ...facts,
    flags: { [flags]: summary },
    takesValue: true,
    read: (raw) => (typeof raw === 'string' ? parse(raw) : undefined),
  };
}

/**
 * Defines an option `--flag <value>` and a switch `--no-flag`. The value is false for the switch, and undefined if both are
 * missing.
 */
export function valueOrNo<Value>(
  flags: string,
  summary: string,
  negation: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<Value | false | undefined> {
  return {
    ...facts,
    flags: { [flags]: summary, [longName(flags).replace('--', '--no-')]: negation },
    takesValue: true,
    read: (raw) => (typeof raw === 'string' ? parse(raw) : raw === false ? false : undefined),
  };
}

/** Defines an option `--flag <value>` that can be repeated. The list of values is empty if the option was not given. */
export function repeated<Value>(
  flags: string,
  summary: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<readonly Value[]> {
  return { ...list(flags, summary, parse, facts), repeats: true };
}

/**
 * Defines an option `--flag <value...>`, which takes several values and can be repeated. The list of values is empty if the
 * option was not given.
 */
export function list<Value>(
  flags: string,
  summary: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<readonly Value[]> {
  return {
    ...facts,
    flags: { [flags]: summary },
    takesValue: true,
    read: (raw) => (Array.isArray(raw) ? raw.map(parse) : []),
  };
}
