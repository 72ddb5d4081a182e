import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Segment } from '../core/transcript';

/**
 * The result of a run, for reports. It contains no key and no token. Its texts may come from a server: each writer must escape
 * them.
 */
export interface Report {
  /** The work as a noun: `Test transcription`. */
  readonly title: string;
  /** The command without its arguments: `vstoken test`. */
  readonly command: string;
  /** The variant of the run, which separates runs of one job: mode, server and profile. */
  readonly variant: readonly string[];
  /** What a case is called: `step`, `promise`. */
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

/** A step or a promise. `skipped` if the run ended before it. */
export interface ReportCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The start in milliseconds since the start of the run. Default: the end of the case before it. */
  readonly fromMs?: number;
  readonly ms: number;
  readonly detail: string | null;
  /** Details, such as the requests of the case. */
  readonly lines?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ReportTranscript {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** The error of the command, and its exit code. */
export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exit: number;
}

/** A requested report: a file, or the output of a step of GitHub Actions. */
export type ReportFile =
  | { readonly kind: 'junit' | 'html'; readonly path: string }
  | { readonly kind: 'github' };

/** The parts of the context that a report writer needs. */
export type ReportContext = Pick<Context, 'files' | 'env' | 'clock' | 'signal' | 'secrets'> & {
  readonly notes: Notes;
};
