import type { Page } from '../../cli/define';
import type { ExitCode, ExplainedCode } from '../../core/explanations/index';

const EXIT_WIDTH = 3;

/** One error code with its causes and fixes, each command on a line of its own that is never broken. */
export function renderCode(
  { code, exit, meaning, causes, fixes }: ExplainedCode,
  page: Page,
): string {
  return `${page.wrap(`${code} (exit ${exit}): ${meaning}`, 0)}

Causes:
${causes.map((cause) => `  - ${page.wrap(cause, 4)}\n`).join('')}
Fixes:
${fixes.map((fix) => `  - ${renderFix(fix, page)}\n`).join('')}`;
}

function renderFix(fix: string, page: Page): string {
  const [what = '', command] = fix.split(/(?<=:) (.*)/s);
  return command === undefined ? page.wrap(fix, 4) : `${page.wrap(what, 4)}\n      ${command}`;
}

/** One exit code, and the error codes that end with it as a table. */
export function renderExit(
  { exit, meaning }: ExitCode,
  codes: readonly ExplainedCode[],
  page: Page,
): string {
  const own = codes.filter((each) => each.exit === exit);
  const rows = own.map((row) => renderRow(row, widestOf(codes), page));
  return `${page.wrap(`Exit ${exit}: ${meaning}`, 0)}\n${rows.join('')}`;
}

/** Every exit code in this way. */
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
