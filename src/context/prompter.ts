/**
 * Asks the user questions, on standard error. Each method except `hold` returns the answer.
 * @throws CliError `interrupted` if the user cancels or the terminal closes; the signal's reason when it aborts
 */
export interface Prompter {
  /**
   * Runs a task. Text that the user types while the task runs is not shown. The text becomes input of the next hidden question
   * that the task asks.
   */
  hold<Value>(task: () => Promise<Value>): Promise<Value>;
  select<Value extends string>(question: Selection<Value>): Promise<Value>;
  input(question: TextQuestion): Promise<string>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean>;
  /** Asks for a text. What the user types is not shown. */
  password(question: HiddenQuestion): Promise<string>;
  /** Asks for several lines. What the user types is not shown. The result has line feeds between the lines. */
  paste(question: { readonly message: string }): Promise<string>;
}

export interface Selection<Value extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: Value; readonly about: string }[];
  readonly default: Value;
}

export interface HiddenQuestion {
  readonly message: string;
  /** Returns what is wrong with the answer, or null if it is valid. */
  check(text: string): string | null;
}

export interface TextQuestion extends HiddenQuestion {
  readonly default: string;
}
