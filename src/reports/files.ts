import { CliError, shortageOf } from '../core/errors';
import { judgeOf } from '../core/secret-register';
import { because } from '../core/system-reasons';
import { WITHHELD, type Withhold, withholdDeep } from '../core/withhold';
import type { Report, ReportContext, ReportFile } from './report';

/**
 * Finds out before any work is done whether its report could be written.
 * @throws CliError `output_unwritable`, `not_in_github_actions`
 */
export async function requireWritable(
  { files, env }: Pick<ReportContext, 'files' | 'env'>,
  reports: readonly ReportFile[],
): Promise<void> {
  for (const report of reports) {
    const path = report.kind === 'github' ? await summaryPath(env) : report.path;
    if (!(await files.isWritable(path))) throw unwritable(report.kind);
  }
}

async function summaryPath(env: ReportContext['env']): Promise<string> {
  return (await import('./github-step')).requireSummaryPath(env);
}

/**
 * Writes every report that can be written.
 * @param error what the command ends with otherwise
 * @returns what it ends with; a report that is missing is told all the same
 */
export async function writeReports(
  context: ReportContext,
  reports: readonly ReportFile[],
  report: Report,
  error: CliError | undefined,
): Promise<CliError | undefined> {
  const failures: CliError[] = [];
  const shown = withholdReport(report, await judgeOf(context.secrets));
  for (const file of reports) {
    await writeReport(context, file, shown).catch((cause: unknown) =>
      failures.push(shortageOf(cause) ?? unwritable(file.kind, cause)),
    );
  }
  const untold = error ? failures : failures.slice(1);
  for (const { message } of untold) context.notes.warn(message);
  return error ?? failures[0];
}

/** Where the whole transcript repeats a secret, each of its segments may have a piece of it. */
function withholdReport(report: Report, withhold: Withhold): Report {
  const shown = withholdDeep(report, withhold);
  const { transcript } = shown;
  if (transcript?.text !== WITHHELD) return shown;
  const segments = transcript.segments.map((segment) => ({ ...segment, text: WITHHELD }));
  return { ...shown, transcript: { text: WITHHELD, segments } };
}

async function writeReport(
  context: ReportContext,
  file: ReportFile,
  report: Report,
): Promise<void> {
  if (file.kind === 'github') {
    await (await import('./github-step')).reportToGithub(context, report);
    return;
  }
  const text =
    file.kind === 'junit'
      ? (await import('./junit')).renderJunit(report)
      : (await import('./html')).renderHtml(report);
  await context.files.writeText(file.path, text);
}

function unwritable(kind: ReportFile['kind'], cause?: unknown): CliError {
  if (kind === 'github') {
    return new CliError(
      'output_unwritable',
      `The summary of the step cannot be written${because(cause)}.`,
      {
        hint: 'Check the disk of the runner, and what GITHUB_STEP_SUMMARY names.',
        cause,
      },
    );
  }
  return new CliError(
    'output_unwritable',
    `The ${kind} report cannot be written${because(cause)}.`,
    {
      hint: 'Check that its folder exists and may be written to, and that the disk has space.',
      cause,
    },
  );
}
