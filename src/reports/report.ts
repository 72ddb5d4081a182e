import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Segment } from '../core/transcript';

/**
 * What a run came to, for a file that outlives it. It holds no key and no token; every text may still come from a
 * server, so each writer escapes what it writes.
 */
export interface Report {
  /** What was done, as a noun: `Test transcription`. */
  readonly title: string;
  /** The command without its arguments: `vstoken test`. */
  readonly command: string;
  /** What tells it from other runs of the command in one job: its mode, server and profile. */
  readonly variant: readonly string[];
  /** What its cases are: `step`, `promise`. */
  readonly noun: string;
  readonly ok: boolean;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly totalMs: number;
  /** Server, mode, token options, audio, language, versions. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly cases: readonly ReportCase[];
  readonly transcript: ReportTranscript | null;
  readonly error: ReportError | null;
}

/** A step, or a promise; `skipped` when it was never reached. */
export interface ReportCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** When it began, in milliseconds since the beginning of the run; without it, when the one before it ended. */
  readonly fromMs?: number;
  readonly ms: number;
  readonly detail: string | null;
  /** More about it, such as the requests that were made. */
  readonly lines?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ReportTranscript {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** The error that the command ended with, and its exit code. */
export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exit: number;
}

/** A report that is wanted: a file, or what a step of GitHub Actions shows. */
export type ReportFile =
  | { readonly kind: 'junit' | 'html'; readonly path: string }
  | { readonly kind: 'github' };

/** What writing a report takes. */
export type ReportContext = Pick<Context, 'files' | 'env' | 'clock' | 'signal' | 'secrets'> & {
  readonly notes: Notes;
};
