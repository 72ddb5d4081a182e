import { CliError } from '../core/errors';
import type { ReportFile } from '../reports/files';
import { FILE_KINDS } from '../reports/files';
import type { CompletingWords } from './options';

/** What shells offer for it. */
export const REPORT_WORDS: CompletingWords = {
  words: [...FILE_KINDS.map((kind) => `${kind}=`), 'github'],
};

/** @throws CliError `invalid_value` */
export function parseReportFile(text: string): ReportFile {
  if (text === 'github') return { kind: 'github' };
  const at = text.indexOf('=');
  const kind = FILE_KINDS.find((known) => known === text.slice(0, Math.max(0, at)));
  const path = text.slice(at + 1);
  if (kind && path !== '') return { kind, path };
  const files = FILE_KINDS.map((known) => `${known}=PATH`).join(' or ');
  throw new CliError('invalid_value', `--report takes ${files}, or github alone.`);
}

/** @throws CliError `conflicting_options` */
export function requireDistinctPaths(reports: readonly ReportFile[]): void {
  const places = reports.map((report) => (report.kind === 'github' ? null : report.path));
  if (new Set(places).size === reports.length) return;
  throw new CliError('conflicting_options', 'Two reports cannot go to the same place.');
}
