/** Short texts for people, on standard error. With --quiet, most of them are not shown. */
export interface Notes {
  /** Shows a warning, even with --quiet. */
  warn(text: string): void;
  /** Shows a note. With --quiet it is not shown. */
  note(text: string): void;
  /** Says what the command has done. Shown only in a terminal. */
  tell(text: string): void;
  /** Shows a command to copy, on a separate line that is never wrapped. Shown only in a terminal. */
  showCommand(line: string): void;
  /** Shows a tip. Shown only in a terminal. */
  advise(text: string): void;
  /**
   * Logs a line about a request, without secrets. Undefined without --verbose, so that callers do not create lines that nobody
   * sees.
   */
  readonly trace?: ((line: string) => void) | undefined;
  /** Logs a line of the sandbox or the endpoint, without secrets. */
  log(line: string): void;
  /** Prints workflow commands of GitHub Actions unchanged, even with --quiet. */
  command(lines: string): void;
}

/** The progress of a command. A terminal shows a list that is updated. Other outputs get one line for each step. */
export interface Progress {
  /** Sets the names of all steps in their order, so that the list can show them before they start. */
  plan(steps: readonly string[]): void;
  /** Starts a step. Several steps can run at the same time. */
  begin(step: string): void;
  /** @param fraction from 0 to 1; null if unknown */
  update(fraction: number | null, text: string): void;
  end(step: string, outcome: StepOutcome): void;
  /** Removes the list. Used when the result of the command shows everything that the list shows. */
  dismiss(): void;
}

export interface StepOutcome {
  /** Whether the step passed. Null if this could not be tested. */
  readonly ok: boolean | null;
  readonly ms: number;
  readonly detail?: string | undefined;
}
