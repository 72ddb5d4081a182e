import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import type { Segment } from '../core/transcript';

/**
 * Result of a run, for reports. It contains no key and no token. Its texts may come from a server, so every report format must
 * escape them.
 */
export interface Report {
  /** What was run, as a noun: `Test transcription`. */
  readonly title: string;
  /** The command without its arguments: `vstoken test`. */
  readonly command: string;
  /** Mode, server and profile of the run. They distinguish several runs in one CI job. */
  readonly variant: readonly string[];
  /** What a case of this report is called: a `step` of a test, or a `promise` of the service. */
  readonly noun: string;
  readonly ok: boolean;
  /** Time in ISO 8601 and UTC. */
  readonly startedAt: string;
  readonly totalMs: number;
  /** Facts about the run, such as server, mode, token options, audio, language and versions. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly cases: readonly ReportCase[];
  readonly transcript: ReportTranscript | null;
  readonly error: ReportError | null;
}

/**
 * A step of `vstoken test`, or a promise of the service that `vstoken verify` tests. `skipped` means that the case was not
 * tested, or that the promise is broken but --expect-broken contains it.
 */
export interface ReportCase {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Start of the case, in milliseconds since the start of the run. Default: the end of the previous case. */
  readonly fromMs?: number;
  readonly ms: number;
  readonly detail: string | null;
  /** Details of the case, such as its requests. */
  readonly lines?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ReportTranscript {
  readonly text: string;
  readonly segments: readonly Segment[];
}

export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly exit: number;
}

/** A requested report: a file, or the summary and annotations of a GitHub Actions step. */
export type ReportFile =
  | { readonly kind: 'junit' | 'html'; readonly path: string }
  | { readonly kind: 'github' };

export type ReportContext = Pick<Context, 'files' | 'env' | 'clock' | 'signal' | 'secrets'> & {
  readonly notes: Notes;
};
