import type { CliError } from '../core/errors';
import { reportError } from './error';
import type { Report, ReportCase } from './report';

/** Name of the case for everything before the first step. */
const START = 'start';

/** Returns a failed case for a run that could not start. Reason: JUnit readers treat a file without a case as a success. */
export function failedStart({ code, message }: CliError): ReportCase {
  return { name: START, outcome: 'failed', ms: 0, detail: null, error: { code, message } };
}

/** Returns the report of a command that failed before its first step. */
export function startReport(
  about: Pick<Report, 'title' | 'command' | 'noun' | 'variant' | 'facts'>,
  now: number,
  error: CliError,
): Report {
  return {
    ...about,
    ok: false,
    startedAt: new Date(now).toISOString(),
    totalMs: 0,
    cases: [failedStart(error)],
    transcript: null,
    error: reportError(error),
  };
}
