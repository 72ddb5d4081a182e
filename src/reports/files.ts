import { CliError, shortageOf, toCliError } from '../core/errors';
import { loadWithhold } from '../core/secret-register';
import { whyUnwritable } from '../core/why-unwritable';
import { WITHHELD, type Withhold, withholdDeep } from '../core/withhold';
import type { Report, ReportContext, ReportFile } from './report';

/** A requested report. Its path was checked before the command started to work. */
export interface OpenReport {
  readonly kind: ReportFile['kind'];
  /** @throws CliError `output_unwritable` */
  write(report: Report): Promise<void>;
}

/**
 * Opens the requested reports before the command starts to work, to check that they can be written.
 * @param tell returns the report about a given error. If one path cannot be written, the other paths get the report about this
 * error.
 * @throws CliError `output_unwritable`, `not_in_github_actions`
 */
export async function openReports(
  context: ReportContext,
  files: readonly ReportFile[],
  tell: (error: CliError) => Report | Promise<Report>,
): Promise<readonly OpenReport[]> {
  const { opened, failures } = await openEach(context, files);
  const [first] = failures;
  if (!first) return opened;
  await writeReports(context, opened, await tell(first), first);
  throw first;
}

/**
 * Writes all reports that can be written.
 * @param error the error of the command, if the command failed
 * @returns the error of the command. If the command did not fail, the error of the first report that could not be written.
 */
export async function writeReports(
  context: Pick<ReportContext, 'notes' | 'secrets'>,
  reports: readonly OpenReport[],
  report: Report,
  error: CliError | undefined,
): Promise<CliError | undefined> {
  const failures: CliError[] = [];
  const shown = withholdReport(report, await loadWithhold(context.secrets));
  for (const one of reports) {
    await one.write(shown).catch((thrown: unknown) => failures.push(toCliError(thrown)));
  }
  const untold = error ? failures : failures.slice(1);
  for (const { message } of untold) context.notes.warn(message);
  return error ?? failures[0];
}

/**
 * Replaces each text that contains a secret with a fixed placeholder. If the whole transcript contains a secret, replaces the
 * text of every segment too, because each segment may contain a part of the secret.
 */
function withholdReport(report: Report, withhold: Withhold): Report {
  const shown = withholdDeep(report, withhold);
  const { transcript } = shown;
  if (transcript?.text !== WITHHELD) return shown;
  const segments = transcript.segments.map((segment) => ({ ...segment, text: WITHHELD }));
  return { ...shown, transcript: { text: WITHHELD, segments } };
}

/** Writes the report of a command that could not start. Shows a warning if the report cannot be written. */
export async function reportFailure(
  context: ReportContext,
  files: readonly ReportFile[],
  report: Report,
  error: CliError,
): Promise<void> {
  const { opened, failures } = await openEach(context, files);
  for (const { message } of failures) context.notes.warn(message);
  await writeReports(context, opened, report, error);
}

async function openEach(context: ReportContext, files: readonly ReportFile[]) {
  const opened: OpenReport[] = [];
  const failures: CliError[] = [];
  for (const file of files) {
    await openReport(context, file).then(
      (one) => opened.push(one),
      (thrown: unknown) => failures.push(toCliError(thrown)),
    );
  }
  return { opened, failures };
}

async function openReport(context: ReportContext, file: ReportFile): Promise<OpenReport> {
  const { kind } = file;
  const refuse = (cause: unknown) => {
    throw cause instanceof CliError ? cause : unwritable(kind, cause);
  };
  if (file.kind === 'github') {
    const { reportToGithub, requireSummaryPath } = await import('./github-step');
    await context.files.openText(requireSummaryPath(context.env)).catch(refuse);
    return { kind, write: (report) => reportToGithub(context, report).catch(refuse) };
  }
  const write = await context.files.openText(file.path).catch(refuse);
  return {
    kind,
    async write(report) {
      const text =
        kind === 'junit'
          ? (await import('./junit')).renderJunit(report)
          : (await import('./html')).renderHtml(report);
      const { writeInTime } = await import('./write-in-time');
      await writeInTime(context, write(text)).catch(refuse);
    },
  };
}

function unwritable(kind: ReportFile['kind'], cause: unknown): CliError {
  const shortage = shortageOf(cause);
  if (shortage) return shortage;
  const why = whyUnwritable(cause);
  const [what, hint] =
    kind === 'github'
      ? [
          'The summary of the step',
          'Check the disk of the runner, and the file in GITHUB_STEP_SUMMARY.',
        ]
      : [
          `The ${kind} report`,
          'Check that the folder of the report exists and is writable, and that the disk has free space.',
        ];
  return new CliError('output_unwritable', `${what} cannot be written${why ? `: ${why}` : ''}.`, {
    hint,
    cause,
  });
}
