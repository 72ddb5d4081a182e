/** Short texts for people, on standard error. With --quiet only those are shown that say so. */
export interface Notes {
  /** A warning. Shown always, also with --quiet. */
  warn(text: string): void;
  /** A note. Shown unless --quiet is set. */
  note(text: string): void;
  /** What was done. Shown in a terminal only. */
  tell(text: string): void;
  /** A command to copy, on its own line and never wrapped. Shown in a terminal only. */
  showCommand(line: string): void;
  /** A tip. Shown in a terminal only. */
  advise(text: string): void;
  /** Logs a redacted line about a request. Absent without --verbose, so that callers do not build a line that is not shown. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Logs a redacted line about a request to one of our servers. */
  log(line: string): void;
  /** Prints workflow commands of GitHub Actions, unchanged, in every setting. */
  command(lines: string): void;
}

/** The progress of a command: a live list in a terminal, otherwise a line for each step. */
export interface Progress {
  /** The names of the steps in order, so that a list can show them in advance. */
  plan(steps: readonly string[]): void;
  /** Starts a step. Several can run at the same time. */
  begin(step: string): void;
  /** @param fraction 0 to 1, or null when unknown */
  update(fraction: number | null, text: string): void;
  end(step: string, outcome: StepOutcome): void;
  /** Removes the list, if the result shows everything. */
  dismiss(): void;
}

export interface StepOutcome {
  /** Null if it could not be tested. */
  readonly ok: boolean | null;
  readonly ms: number;
  readonly detail?: string | undefined;
}
