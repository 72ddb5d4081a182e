/**
 * Asks a person, on standard error. Each method returns the answer.
 * @throws CliError `interrupted` if the person cancels or the terminal closes; the signal's reason when it aborts
 */
export interface Prompter {
  /** Hides what is typed until the task ends, and keeps it for the next hidden question of the task. */
  hold<Value>(task: () => Promise<Value>): Promise<Value>;
  select<Value extends string>(question: Selection<Value>): Promise<Value>;
  input(question: TextQuestion): Promise<string>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean>;
  /** Asks for a text without showing it. */
  password(question: HiddenQuestion): Promise<string>;
  /** Asks for several lines without showing them. Lines are separated by line feeds. */
  paste(question: { readonly message: string }): Promise<string>;
}

export interface Selection<Value extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: Value; readonly about: string }[];
  readonly default: Value;
}

export interface HiddenQuestion {
  readonly message: string;
  /** Returns what is wrong with a text, or null. */
  check(text: string): string | null;
}

export interface TextQuestion extends HiddenQuestion {
  readonly default: string;
}
