/**
 * Questions to a person, on standard error. Each returns the answer.
 * @throws CliError `interrupted` when the person cancels, or when the terminal is gone; the signal's reason when it aborts
 */
export interface Prompter {
  /** Hides what is typed until the task ends, and keeps it for the next hidden question of the task. */
  hold<Value>(task: () => Promise<Value>): Promise<Value>;
  select<Value extends string>(question: Selection<Value>): Promise<Value>;
  input(question: TextQuestion): Promise<string>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean>;
  /** A text that is not shown while it is typed, whatever is pressed. */
  password(question: HiddenQuestion): Promise<string>;
  /** A text of any number of lines that is not shown, with line feeds between them. */
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
