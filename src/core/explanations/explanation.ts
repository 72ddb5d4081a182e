import type { ErrorCode, ErrorCodeOf, ErrorExit } from '../error-codes';

/** Causes and fixes of an error, the most likely first. */
export interface Explanation {
  /** Each cause is a full sentence. */
  readonly causes: OneToThree;
  /** Each fix is a sentence, or an instruction with a command: `Mint a fresh token: vstoken mint`. */
  readonly fixes: OneToThree;
}

type OneToThree = readonly [string] | readonly [string, string] | readonly [string, string, string];

/** Error codes about the official SDK. They have different exit codes, but sdk.ts explains all of them. */
export type SdkCode = Extract<ErrorCode, `sdk_${string}`>;

/**
 * Explanations of all error codes with the exit code `Exit`, except the codes about the SDK. If an explanation is missing, the
 * TypeScript compiler reports an error.
 */
export type ExplanationsOf<Exit extends ErrorExit> = Readonly<
  Record<Exclude<ErrorCodeOf<Exit>, SdkCode>, Explanation>
>;
