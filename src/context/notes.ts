/** Short texts for a person, on standard error. Nothing under --quiet. */
export interface Notes {
  /** Shown in every setting, under --quiet too. */
  warn(text: string): void;
  /** Shown in every setting but --quiet. */
  note(text: string): void;
  /** What was done; shown in a terminal only. */
  tell(text: string): void;
  /** A command line to copy, on a line of its own and never broken; shown in a terminal only. */
  showCommand(line: string): void;
  /** What might be done better; shown in a terminal only. */
  advise(text: string): void;
  /** Takes a redacted line about a request that was made, under --verbose; absent otherwise, so that nobody makes one up. */
  readonly trace?: ((line: string) => void) | undefined;
  /** A redacted line about a request that was served. */
  log(line: string): void;
  /** Whole lines that are commands to the runner of GitHub Actions, as they are; in every setting. */
  command(lines: string): void;
}

/** The steps of a command while it runs: a live list in a terminal, a line a step elsewhere. */
export interface Progress {
  /** The steps to come, in order, so that a list can show them. */
  plan(steps: readonly string[]): void;
  /** Several may be under way at once. */
  begin(step: string): void;
  /** @param fraction 0 to 1, or null when unknown */
  update(fraction: number | null, text: string): void;
  end(step: string, outcome: StepOutcome): void;
  /** Takes the list away for good, where the result says it all. */
  dismiss(): void;
}

export interface StepOutcome {
  /** Null when it could not be tried. */
  readonly ok: boolean | null;
  readonly ms: number;
  readonly detail?: string | undefined;
}
