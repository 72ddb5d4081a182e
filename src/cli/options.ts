/** The value of an option from commander: a text, a list of texts, or whether a switch was given. */
export type RawValue = string | readonly string[] | boolean | undefined;

/** What a shell completes for a value or an operand: names of profiles, or words. */
export type Completes = 'profile' | CompletingWords;

export interface CompletingWords {
  /** A word, or a word and its meaning. After a word that ends with `=` a path is completed. */
  readonly words: readonly (string | readonly [word: string, about: string])[];
  /** Whether several words are allowed, separated by commas. */
  readonly isList?: boolean;
  /** Whether names of commands are completed before the words. */
  readonly hasCommands?: boolean;
}

/** An operand of a command. */
export interface Operand {
  /** The name in help: in brackets if the operand is optional, with dots if it can be repeated. */
  readonly name: string;
  readonly summary: string;
  /**
   * @param before the operands that were already typed @returns the possible values; undefined if unknown or if no more operands
   * are allowed
   */
  completes?(before: readonly string[]): Completes | undefined;
}

/** What help shows about an option besides its summary. */
export interface OptionFacts {
  /** The default: a value, or the flag of a switch. */
  readonly preset?: string | undefined;
  /** The variable that is used if the option is not given. */
  readonly variable?: string | undefined;
  /** The heading of its group in help. */
  readonly group?: string | undefined;
  /** What shells complete. Without it a `<path>` completes files. */
  readonly completes?: Completes | undefined;
}

/** An option as data: its help, and how its text becomes a checked value. */
export interface OptionSpec<Value> extends OptionFacts {
  /**
   * The summary of each flag, by the flag in commander's form. An option with a `--no-` form has two; an option that only the
   * program sets has none.
   */
  readonly flags: Readonly<Record<string, string>>;
  /** The name of its value, for messages. Null for a switch. */
  readonly takesValue: boolean;
  /** Whether it can be given several times, with one value each. */
  readonly repeats?: boolean;
  /** @throws CliError `invalid_value` */
  read(raw: RawValue): Value;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The checked values of a command's options, by the camel-cased names of their long flags. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** The long form of a flag, without its value. */
export function longName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** The summary of a flag with its default. */
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

/** `--flag`: true if given. */
export function flag(flags: string, summary: string, facts: OptionFacts = {}): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw === true };
}

/** A switch that only the program itself sets. */
export function unlistedFlag(): OptionSpec<boolean> {
  return { flags: {}, takesValue: false, read: (raw) => raw === true };
}

/** `--no-flag`: false if given. */
export function switchOff(
  flags: string,
  summary: string,
  facts: OptionFacts = {},
): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw !== false };
}

/** `--flag` and `--no-flag`: undefined if neither was given. */
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

/** `--flag <value>`: undefined if not given. */
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

/** `--flag <value>` and `--no-flag`: false for the latter, undefined if neither was given. */
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

/** `--flag <value>`, repeatable, with one value each: empty if not given. */
export function repeated<Value>(
  flags: string,
  summary: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<readonly Value[]> {
  return { ...list(flags, summary, parse, facts), repeats: true };
}

/** `--flag <value...>`, repeatable: empty if not given. */
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
