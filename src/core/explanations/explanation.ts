import type { ErrorCodeOf, ErrorExit } from '../errors';

/** What causes an error, and what fixes it; the likeliest first. */
export interface Explanation {
  /** Sentences. */
  readonly causes: OneToThree;
  /** Each a sentence, or what to do, a colon and the command that does it: `Mint a fresh one: vstoken mint`. */
  readonly fixes: OneToThree;
}

type OneToThree = readonly [string] | readonly [string, string] | readonly [string, string, string];

/** An explanation of every error code with one of some exit codes: one that is missing does not compile. */
export type ExplanationsOf<Exit extends ErrorExit> = Readonly<
  Record<ErrorCodeOf<Exit>, Explanation>
>;
