import type { Environment } from '../core/environment';

/** A program whose output this one reads. */
export interface CapturedProgram {
  /** A name that is looked for in PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
}

export interface CaptureLimits {
  readonly signal: AbortSignal;
  /** In milliseconds. */
  readonly patienceMs: number;
  /** Of standard output. */
  readonly maxBytes: number;
}

/** What it printed, and how it ended; `timeout` and `too much`: it was ended. */
export interface Captured {
  readonly output: string;
  /** The end of what it printed on standard error. */
  readonly errors: string;
  readonly end:
    | { readonly kind: 'exit'; readonly status: number }
    | { readonly kind: 'signal'; readonly signal: string }
    | { readonly kind: 'timeout' }
    | { readonly kind: 'too much' }
    /** `isElsewhere`: a folder has it from which nothing is run. */
    | { readonly kind: 'not found'; readonly isElsewhere: boolean }
    | { readonly kind: 'not executable' };
}

/**
 * Runs a program without a shell, in the home of the user, with nothing on its standard input. It leads a group: with it end those that
 * it has started, when the time is over or the signal aborts. It has no terminal.
 * @throws the signal's reason; CliError `too_many_open_files`, `not_enough_memory`
 */
export type CaptureProgram = (program: CapturedProgram, limits: CaptureLimits) => Promise<Captured>;
