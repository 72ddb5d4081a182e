import type { Page } from '../../cli/define';
import type { ExitCode, ExplainedCode } from '../../core/explanations/index';
import type { ExplainedRefusal } from './refusals';
import type { ExplainedStatus } from './statuses';
import type { Explained } from './topic';

const EXIT_WIDTH = 3;

/** Formats an error code with its causes and fixes. Each command is on its own line and is never wrapped. */
export function renderCode(
  { code, exit, meaning, causes, fixes }: ExplainedCode,
  page: Page,
): string {
  return renderReasons(`${code} (exit ${exit}): ${meaning}`, { causes, fixes }, page);
}

function renderReasons(
  title: string,
  { causes, fixes }: { readonly causes: readonly string[]; readonly fixes: readonly string[] },
  page: Page,
): string {
  return `${page.wrap(title, 0)}

Causes:
${causes.map((cause) => `  - ${page.wrap(cause, 4)}\n`).join('')}
Fixes:
${fixes.map((fix) => `  - ${renderFix(fix, page)}\n`).join('')}`;
}

function renderFix(fix: string, page: Page): string {
  const [what = '', command] = fix.split(/(?<=:) (.*)/s);
  return command === undefined ? page.wrap(fix, 4) : `${page.wrap(what, 4)}\n      ${command}`;
}

/** Formats any explanation. Each kind has its own layout. */
export function renderExplained(data: Explained, page: Page): string {
  if ('refusal' in data) {
    const title = `${data.refusal} (status ${data.status} of vstoken serve): ${data.meaning}`;
    return renderReasons(title, data, page);
  }
  if ('status' in data) return renderStatus(data, page);
  if ('verdict' in data) {
    const title = `${data.verdict} (verdict of vstoken inspect): ${data.meaning}`;
    const advice = `${page.wrap(data.advice, 0)}\n`;
    return `${page.wrap(title, 0)}\n\n${advice}${renderMore(data.codes, page)}`;
  }
  if ('sentence' in data) {
    const title = `The service answers "${data.sentence}": ${data.meaning}`;
    return `${page.wrap(title, 0)}\n${renderMore(data.codes, page)}`;
  }
  return 'code' in data ? renderCode(data, page) : renderExit(data, data.codes, page);
}

const renderMore = (codes: readonly ExplainedCode[], page: Page) =>
  codes.map((code) => `\n${renderCode(code, page)}`).join('');

function renderStatus({ status, meaning, codes, refusals }: ExplainedStatus, page: Page): string {
  const parts = [`${page.wrap(`HTTP status ${status}, ${meaning}`, 0)}\n`];
  if (codes.length > 0) {
    const rows = codes.map((code) => renderRow(code, widestOf(codes), page)).join('');
    parts.push(
      `${page.wrap('Errors of vstoken for this answer of the service, by exit code:', 0)}\n${rows}`,
    );
  }
  if (refusals.length > 0) {
    parts.push(
      `${page.wrap('Answers of vstoken serve with this status:', 0)}\n${refusals.map((one) => renderRefusal(one, page)).join('')}`,
    );
  }
  return parts.join('\n');
}

function renderRefusal({ refusal, meaning }: ExplainedRefusal, page: Page): string {
  return `  ${page.wrap(`${refusal}: ${meaning}`, 2)}\n`;
}

/** Formats an exit code and the table of its error codes. */
export function renderExit(
  { exit, meaning }: ExitCode,
  codes: readonly ExplainedCode[],
  page: Page,
): string {
  const own = codes.filter((each) => each.exit === exit);
  const rows = own.map((row) => renderRow(row, widestOf(codes), page));
  return `${page.wrap(`Exit ${exit}: ${meaning}`, 0)}\n${rows.join('')}`;
}

/** Formats all exit codes, each with the table of its error codes. */
export function renderAll(
  exits: readonly ExitCode[],
  codes: readonly ExplainedCode[],
  page: Page,
): string {
  return exits.map((exit) => renderExit(exit, codes, page)).join('\n');
}

function renderRow({ code, exit, meaning }: ExplainedCode, width: number, page: Page): string {
  const lead = `  ${String(exit).padStart(EXIT_WIDTH)}  `;
  const indent = lead.length + width + 2;
  if (!page.isNarrow) return `${lead}${code.padEnd(width)}  ${page.wrap(meaning, indent)}\n`;
  const below = lead.length + 2;
  return `${lead}${code}\n${' '.repeat(below)}${page.wrap(meaning, below)}\n`;
}

function widestOf(codes: readonly ExplainedCode[]): number {
  return Math.max(...codes.map(({ code }) => code.length));
}
