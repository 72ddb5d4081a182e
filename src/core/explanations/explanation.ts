import type { ErrorCode, ErrorCodeOf, ErrorExit } from '../error-codes';

/** The causes and fixes of an error, the most likely first. */
export interface Explanation {
  /** Full sentences. */
  readonly causes: OneToThree;
  /** A sentence each, or what to do, a colon and the command: `Mint a fresh token: vstoken mint`. */
  readonly fixes: OneToThree;
}

type OneToThree = readonly [string] | readonly [string, string] | readonly [string, string, string];

/** Codes about the official SDK, with any exit code. */
export type SdkCode = Extract<ErrorCode, `sdk_${string}`>;

/** Explanations of all other codes with these exit codes. If one is missing, it does not compile. */
export type ExplanationsOf<Exit extends ErrorExit> = Readonly<
  Record<Exclude<ErrorCodeOf<Exit>, SdkCode>, Explanation>
>;
