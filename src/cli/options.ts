/** What commander hands over for one option: a text, a list of texts, or whether a switch was given. */
export type RawValue = string | readonly string[] | boolean | undefined;

/** What a shell offers in the place of a value or an argument: the names of profiles, or some words. */
export type Completes = 'profile' | CompletingWords;

export interface CompletingWords {
  /** Each alone, or with what it means. One that ends with `=` goes on with a path. */
  readonly words: readonly (string | readonly [word: string, about: string])[];
  /** Whether there may be several, with commas between them. */
  readonly isList?: boolean;
  /** Whether the names of commands can stand there as well, before the words. */
  readonly hasCommands?: boolean;
}

/** What a command line names without an option. */
export interface Operand {
  /** In brackets where it may be left out, with dots where it may be several. */
  readonly name: string;
  readonly summary: string;
  /** @param before the arguments before it. @returns what can stand there; undefined where nothing is wanted any more, or is known */
  completes?(before: readonly string[]): Completes | undefined;
}

/** What help tells of an option beside what it does. */
export interface OptionFacts {
  /** What holds without it: a value, or the flag of a switch. */
  readonly preset?: string | undefined;
  /** The variable that counts when the option was not given. */
  readonly variable?: string | undefined;
  /** The heading that help shows it under. */
  readonly group?: string | undefined;
  /** What can stand for its value; a `<path>` is one of a file without it. */
  readonly completes?: Completes | undefined;
}

/** One option as data: how help shows it, and how its text becomes a checked value. */
export interface OptionSpec<Value> extends OptionFacts {
  /** What each flag does, by the flag as commander takes it; an option with a `--no-` form has two, and one that only the program gives has none. */
  readonly flags: Readonly<Record<string, string>>;
  /** The name of what follows the flag, for messages; null for a switch. */
  readonly takesValue: boolean;
  /** Whether it may be given several times, with one value each. */
  readonly repeats?: boolean;
  /** @throws CliError `invalid_value` */
  read(raw: RawValue): Value;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The checked values of a command's options, by the camel-cased names of their long flags. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer Value> ? Value : never;
};

/** The long form of a flag as commander takes it, without its value. */
export function longName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

/** What a flag does, with what holds without it. */
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

/** `--flag`: true when it was given. */
export function flag(flags: string, summary: string, facts: OptionFacts = {}): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw === true };
}

/** A switch that only the program itself gives. */
export function unlistedFlag(): OptionSpec<boolean> {
  return { flags: {}, takesValue: false, read: (raw) => raw === true };
}

/** `--no-flag`: false when it was given. */
export function switchOff(
  flags: string,
  summary: string,
  facts: OptionFacts = {},
): OptionSpec<boolean> {
  return { ...facts, flags: { [flags]: summary }, takesValue: false, read: (raw) => raw !== false };
}

/** `--flag` and `--no-flag`: undefined when neither was given. */
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

/** `--flag <value>`: undefined when it was not given. */
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

/** `--flag <value>` and `--no-flag`: false for the latter, undefined when neither was given. */
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

/** `--flag <value>`, which may stand several times, and takes nothing after its one value: empty when it was not given. */
export function repeated<Value>(
  flags: string,
  summary: string,
  parse: (text: string) => Value,
  facts: OptionFacts = {},
): OptionSpec<readonly Value[]> {
  return { ...list(flags, summary, parse, facts), repeats: true };
}

/** `--flag <value...>`, which may stand several times: empty when it was not given. */
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
