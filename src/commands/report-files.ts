import { CliError } from '../core/errors';
import type { Report } from '../terminal/report';
import type { CommandContext } from './define';
import type { CompletingWords } from './options';

export const REPORT_KINDS = ['junit', 'html'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export interface ReportFile {
  readonly kind: ReportKind;
  readonly path: string;
}

/** What shells offer for it. */
export const REPORT_WORDS: CompletingWords = { words: REPORT_KINDS.map((kind) => `${kind}=`) };

/** @throws CliError `invalid_value` */
export function parseReportFile(text: string): ReportFile {
  const at = text.indexOf('=');
  const kind = REPORT_KINDS.find((known) => known === text.slice(0, Math.max(0, at)));
  const path = text.slice(at + 1);
  if (kind && path !== '') return { kind, path };
  throw new CliError(
    'invalid_value',
    `--report takes ${REPORT_KINDS.map((known) => `${known}=PATH`).join(' or ')}.`,
  );
}

/** Finds out before any work is done whether its report could be written. @throws CliError `output_unwritable` */
export async function requireWritable(
  { files }: CommandContext,
  reports: readonly ReportFile[],
): Promise<void> {
  for (const { kind, path } of reports) {
    if (!(await files.isWritable(path))) throw unwritable(kind);
  }
}

/**
 * Writes every report that can be written.
 * @param error what the command ends with otherwise
 * @returns what it ends with; a report that is missing is told all the same
 */
export async function writeReports(
  { files, notes }: CommandContext,
  reports: readonly ReportFile[],
  report: Report,
  error: CliError | undefined,
): Promise<CliError | undefined> {
  const failures: CliError[] = [];
  for (const { kind, path } of reports) {
    await renderReport(kind, report)
      .then((text) => files.writeText(path, text))
      .catch((cause: unknown) => failures.push(unwritable(kind, cause)));
  }
  const untold = error ? failures : failures.slice(1);
  for (const { message } of untold) notes.warn(message);
  return error ?? failures[0];
}

async function renderReport(kind: ReportKind, report: Report): Promise<string> {
  return kind === 'junit'
    ? (await import('../terminal/junit')).renderJunit(report)
    : (await import('../terminal/html')).renderHtml(report);
}

function unwritable(kind: ReportKind, cause?: unknown): CliError {
  return new CliError('output_unwritable', `The ${kind} report cannot be written.`, {
    hint: 'Check that its folder exists and may be written to, and that the disk has space.',
    cause,
  });
}

/** @throws CliError `conflicting_options` */
export function requireDistinctPaths(reports: readonly ReportFile[]): void {
  if (new Set(reports.map(({ path }) => path)).size === reports.length) return;
  throw new CliError('conflicting_options', 'Two reports cannot go to the same path.');
}

/** The error that a command ended with, as a report tells it. */
export function reportError(error: CliError | undefined): Report['error'] {
  if (!error) return null;
  const { code, message, hint = null, exit } = error;
  return { code, message, hint, exit };
}
