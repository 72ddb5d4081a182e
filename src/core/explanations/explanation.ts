import type { ErrorCode, ErrorCodeOf, ErrorExit } from '../error-codes';

/** What causes an error, and what fixes it; the likeliest first. */
export interface Explanation {
  /** Sentences. */
  readonly causes: OneToThree;
  /** Each a sentence, or what to do, a colon and the command that does it: `Mint a fresh one: vstoken mint`. */
  readonly fixes: OneToThree;
}

type OneToThree = readonly [string] | readonly [string, string] | readonly [string, string, string];

/** Codes that have to do with the official SDK, whatever they exit with. */
export type SdkCode = Extract<ErrorCode, `sdk_${string}`>;

/** An explanation of every other error code with one of some exit codes: one that is missing does not compile. */
export type ExplanationsOf<Exit extends ErrorExit> = Readonly<
  Record<Exclude<ErrorCodeOf<Exit>, SdkCode>, Explanation>
>;
