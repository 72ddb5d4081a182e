import { CliError } from '../core/errors';
import type { ReportFile } from '../reports/report';
import { type CompletingWords, repeated } from './options';

const FILE_KINDS = ['junit', 'html'] as const;

const REPORT_WORDS: CompletingWords = {
  words: [...FILE_KINDS.map((kind) => `${kind}=`), 'github'],
};

/** @throws CliError `invalid_value` */
function parseReportFile(text: string): ReportFile {
  if (text === 'github') return { kind: 'github' };
  const at = text.indexOf('=');
  const kind = FILE_KINDS.find((known) => known === text.slice(0, Math.max(0, at)));
  const path = text.slice(at + 1);
  if (kind && path !== '') return { kind, path };
  const files = FILE_KINDS.map((known) => `${known}=PATH`).join(' or ');
  throw new CliError('invalid_value', `--report must be ${files}, or github without a path.`);
}

export const REPORT_OPTION = repeated(
  '--report <kind=path>',
  'also write a report: junit=PATH for CI, html=PATH for a ticket, or github for annotations and a summary in GitHub Actions; repeatable',
  parseReportFile,
  { group: 'Output', completes: REPORT_WORDS },
);

/** @throws CliError `conflicting_options` if two reports have the same path, or if `github` is given twice */
export function requireDistinctPaths(reports: readonly ReportFile[]): void {
  const places = reports.map((report) => (report.kind === 'github' ? null : report.path));
  if (new Set(places).size === reports.length) return;
  throw new CliError(
    'conflicting_options',
    'Two reports cannot have the same path, and --report github can be given only once.',
  );
}
