import type { Page } from '../../cli/define';
import { type Check, GROUPS } from './checks';
import type { DoctorDocument } from './document';

const MARK_LEAD = 4;

/** Formats all checks by group, with their fixes. The texts are already escaped. */
export function renderChecks(document: DoctorDocument, page: Page): string {
  const { checks } = document;
  const groups = GROUPS.flatMap((group) => {
    const own = checks.filter((check) => check.group === group);
    return [page.style.bold(group), ...renderGroup(own, page), ''];
  });
  return `${[...groups, ...renderSummary(document, page)].join('\n')}\n`;
}

/** Formats a group of checks. The text is a single line if all checks of the group were skipped for the same reason. */
function renderGroup(checks: readonly Check[], page: Page): readonly string[] {
  const [first] = checks;
  const isSame = ({ result, observed }: Check) =>
    result === 'skipped' && observed === first?.observed;
  if (!first || !checks.every(isSame)) return checks.flatMap((check) => renderCheck(check, page));
  const text = page.wrap(`skipped: ${first.observed}`, MARK_LEAD);
  return [page.style.dim(`  - ${text}`)];
}

function renderCheck({ title, result, observed, fix }: Check, page: Page): readonly string[] {
  const { style, wrap, isNarrow, marks: signs } = page;
  const marks = {
    pass: style.green(signs.good),
    warn: style.yellow('!'),
    fail: style.bold(style.red(signs.bad)),
    skipped: style.dim('-'),
  };
  const lead = isNarrow ? MARK_LEAD + 2 : MARK_LEAD + TITLE_WIDTH;
  const seen = result === 'skipped' ? style.dim(wrap(observed, lead)) : wrap(observed, lead);
  const below = `${' '.repeat(lead)}`;
  const head = `  ${marks[result]} ${isNarrow ? title : title.padEnd(TITLE_WIDTH)}`;
  const lines = isNarrow ? [head, `${below}${seen}`] : [`${head}${seen}`];
  if (fix === undefined) return lines;
  return [...lines, `${below}${wrap(`${style.cyan('fix:')} ${fix}`, lead)}`];
}

const TITLE_WIDTH = 18;

function renderSummary(
  { checks, versions, api_server, sandbox, offline }: DoctorDocument,
  { wrap, style }: Page,
): readonly string[] {
  const count = (result: Check['result']) => checks.filter((one) => one.result === result).length;
  const warnings = count('warn') === 1 ? '1 warning' : `${count('warn')} warnings`;
  const numbers = `${count('pass')} passed, ${warnings}, ${count('fail')} failed, ${count('skipped')} skipped.`;
  const where = sandbox ? 'an embedded sandbox' : (api_server ?? 'unknown');
  return [
    wrap(`${style.bold(numbers)} Server: ${where}${offline ? ' (not contacted)' : ''}`, 0),
    style.dim(wrap(`vstoken ${versions.vstoken}, Node.js ${versions.node}, ${versions.system}`, 0)),
  ];
}
