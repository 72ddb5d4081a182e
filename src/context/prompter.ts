/**
 * Questions to a person, on standard error. Each returns the answer.
 * @throws CliError `interrupted` when the person cancels; the signal's reason when it aborts
 */
export interface Prompter {
  select<Value extends string>(question: {
    readonly message: string;
    readonly choices: readonly { readonly value: Value; readonly about: string }[];
    readonly default: Value;
  }): Promise<Value>;
  /** @param question.check returns what is wrong with a text, or null */
  input(question: {
    readonly message: string;
    readonly default: string;
    check(text: string): string | null;
  }): Promise<string>;
  confirm(question: { readonly message: string; readonly default: boolean }): Promise<boolean>;
  /** A text that is not shown while it is typed, whatever is pressed. */
  password(question: {
    readonly message: string;
    check(text: string): string | null;
  }): Promise<string>;
}
