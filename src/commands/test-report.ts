import { version } from '../../package.json';
import type { TranscriptionUpdate } from '../api/api';
import { CliError } from '../core/errors';
import { transcriptText } from '../core/transcript';
import type { Report, ReportCase } from '../terminal/report';
import type { CommandContext } from './define';
import type { TestDocument } from './test-document';

export const REPORT_KINDS = ['junit', 'html'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export interface ReportFile {
  readonly kind: ReportKind;
  readonly path: string;
}

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

/** Finds out before any work is billed whether its report could be written. @throws CliError `output_unwritable` */
export async function requireWritable(
  { files }: CommandContext,
  reports: readonly ReportFile[],
): Promise<void> {
  for (const { kind, path } of reports) {
    if (!(await files.isWritable(path))) throw unwritable(kind);
  }
}

/** @throws CliError `output_unwritable` */
export async function writeReports(
  { files }: CommandContext,
  reports: readonly ReportFile[],
  report: Report,
): Promise<void> {
  for (const { kind, path } of reports) {
    try {
      await files.writeText(path, await renderReport(kind, report));
    } catch (cause) {
      throw unwritable(kind, cause);
    }
  }
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

/** A test as a report: the same facts as its document, and the words for a person. */
export function buildTestReport(
  document: TestDocument,
  more: {
    readonly startedAt: number;
    readonly totalMs: number;
    readonly planned: readonly string[];
    readonly details: ReadonlyMap<string, string>;
    readonly latest: TranscriptionUpdate | null;
    readonly error: CliError | undefined;
    readonly node: string;
  },
): Report {
  const { latest, error } = more;
  return {
    title: 'Test transcription',
    command: 'vstoken test',
    ok: document.ok,
    startedAt: new Date(more.startedAt).toISOString(),
    totalMs: Math.round(more.totalMs),
    facts: [...factsOf(document), ['vstoken', version], ['Node.js', more.node]],
    cases: more.planned.map((name) => caseOf(name, document, more.details)),
    transcript: latest && { text: transcriptText(latest.segments), segments: latest.segments },
    error: error
      ? {
          code: error.code,
          message: error.message,
          hint: error.hint ?? null,
          exit: error.exit,
        }
      : null,
  };
}

function factsOf({ api_server, sandbox, mode, token, audio }: TestDocument): Report['facts'] {
  const facts: [string, string][] = [
    ['Server', sandbox ? `${api_server} (embedded sandbox)` : api_server],
    ['Mode', mode],
  ];
  const { access, lifetime_s, one_time } = token;
  facts.push([
    'Token',
    access === null ? 'given' : `${access}, ${one_time ? 'one-time' : 'reusable'}, ${lifetime_s} s`,
  ]);
  if (audio) {
    facts.push(['Audio', audio.url ?? audio.file ?? '']);
    facts.push(['Language', audio.language]);
    facts.push(['Cut at', audio.max_duration_s === 0 ? 'nothing' : `${audio.max_duration_s} s`]);
  }
  return facts;
}

function caseOf(
  name: string,
  { steps }: TestDocument,
  details: ReadonlyMap<string, string>,
): ReportCase {
  const step = steps.find((one) => one.name === name);
  if (!step) return { name, outcome: 'skipped', ms: 0, detail: null };
  const { ok, ms, error } = step;
  if (error) return { name, outcome: 'failed', ms, detail: null, error };
  return { name, outcome: ok ? 'passed' : 'failed', ms, detail: details.get(name) ?? null };
}
