import type { Environment } from '../core/environment';

/** A program that vstoken runs to read its output. */
export interface CapturedProgram {
  /** The name of a program in PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

export interface CaptureLimits {
  readonly signal: AbortSignal;
  /** How long the program may run, in milliseconds. */
  readonly patienceMs: number;
  /** The maximum size of the program's standard output, in bytes. */
  readonly maxBytes: number;
}

/** The output of a program, and how the program ended. In the cases `timeout` and `too much`, vstoken has ended the program. */
export interface Captured {
  readonly output: string;
  /** The last part of the text on standard error. */
  readonly errors: string;
  readonly end:
    | { readonly kind: 'exit'; readonly status: number }
    | { readonly kind: 'signal'; readonly signal: string }
    | { readonly kind: 'timeout' }
    | { readonly kind: 'too much' }
    /** Whether PATH has the program only in a folder that vstoken does not trust. */
    | { readonly kind: 'not found'; readonly isElsewhere: boolean }
    | { readonly kind: 'not executable' };
}

/**
 * Runs a program without a shell and without a terminal. The program runs in the user's home folder, with an empty standard
 * input. At the time limit, or if the signal aborts, the program and all processes that it started are ended.
 * @throws the signal's reason; CliError `too_many_open_files`, `not_enough_memory`
 */
export type CaptureProgram = (program: CapturedProgram, limits: CaptureLimits) => Promise<Captured>;
