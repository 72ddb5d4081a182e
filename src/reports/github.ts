import { escapeCommandValue, escapeText } from '../terminal/text';
import { formatMs } from './html-chart';
import { escapeMarkup } from './html-escape';
import type { Report, ReportCase } from './report';

/** Maximum number of annotations. GitHub shows only 10 annotations of a step, and drops the rest without a message. */
const MAX_ANNOTATIONS = 10;
/** Maximum length of the transcript in a summary, in characters. */
const MAX_TRANSCRIPT = 10_000;

interface Problem {
  readonly name: string;
  readonly title: string;
  readonly lines: readonly string[];
}

/** Escapes a property of a workflow command. Commas and colons are special in a property. */
function escapeProperty(text: string): string {
  return escapeCommandValue(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function annotation({ title, lines }: Problem): string {
  const body = lines.map(escapeText).join('\n');
  return `::error title=${escapeProperty(escapeText(title))}::${escapeCommandValue(body)}\n`;
}

/**
 * Returns the lines below an error message. The last line contains the error code. If the whole command failed with this code,
 * the lines also contain the command's hint and its exit code.
 */
function advice({ error }: Report, code: string): readonly string[] {
  const ended = error?.code === code ? error : null;
  return [
    ...(ended?.hint ? [`hint: ${ended.hint}`] : []),
    `code: ${code}${ended ? ` (exit ${ended.exit})` : ''}`,
  ];
}

function problemOf(report: Report, one: ReportCase): Problem {
  const { code, message } = one.error ?? report.error ?? { code: 'failed', message: 'It failed.' };
  return {
    name: one.name,
    title: `${report.command}: ${one.name} failed`,
    lines: [message, ...advice(report, code)],
  };
}

/** Returns all failed cases. Adds the error of the command if no failed case has the same code. */
function problemsOf(report: Report): readonly Problem[] {
  const { cases, command, error, ok } = report;
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  const isListed = failed.some((one) => one.error?.code === error?.code);
  const runProblem =
    error && !isListed
      ? [
          {
            name: error.code,
            title: `${command} failed`,
            lines: [error.message, ...advice(report, error.code)],
          },
        ]
      : [];
  const problems = [...runProblem, ...failed.map((one) => problemOf(report, one))];
  if (ok || problems.length > 0) return problems;
  return [{ name: command, title: `${command} failed`, lines: ['It failed.'] }];
}

/**
 * Renders the problems of a run as annotations, one per line. If there are more problems than the maximum, the last annotation
 * contains the number and the names of the other problems.
 */
export function renderAnnotations(report: Report): string {
  const problems = problemsOf(report);
  if (problems.length <= MAX_ANNOTATIONS) return problems.map(annotation).join('');
  const shown = problems.slice(0, MAX_ANNOTATIONS - 1);
  const rest = problems.slice(shown.length).map(({ name }) => name);
  const last = {
    name: '',
    title: `${report.command}: ${rest.length} more failed`,
    lines: [`${rest.join(', ')}. See the summary of this run.`],
  };
  return [...shown, last].map(annotation).join('');
}

/**
 * Renders a report for the summary of a step: Markdown that contains one HTML block. All texts are in <code> or <pre>, so that
 * GitHub does not convert them to links, mentions or emoji.
 * @param maxBytes the free space in the summary. Parts that do not fit are left out.
 * @returns null if not even the outcome of the run fits
 */
export function renderSummary(report: Report, maxBytes: number): string | null {
  const [head = '', ...rest] = [
    renderHead(report),
    ...problemsOf(report).map(renderProblem),
    renderCases(report),
    renderFacts(report),
    renderTranscript(report),
    ...report.cases.map(renderEvidence),
  ].filter((part) => part !== '');
  const cut =
    '<p>Parts of this report are missing: the summary of a step has a limit of 1 MiB.</p>\n';
  // The line break at the start separates the HTML block from earlier Markdown. The empty line at the end closes the block.
  let room = maxBytes - Buffer.byteLength(`\n${head}${cut}\n`);
  if (room < 0) return null;
  const fitting = rest.filter((part) => {
    const fits = Buffer.byteLength(part) <= room;
    if (fits) room -= Buffer.byteLength(part);
    return fits;
  });
  return `\n${head}${fitting.join('')}${fitting.length < rest.length ? cut : ''}\n`;
}

const code = (text: string) => `<code>${escapeMarkup(text)}</code>`;
/** Joins lines with <br>, because an empty line would end the HTML block. */
const lineBreaks = (lines: readonly string[]) => lines.map(escapeMarkup).join('<br>');

const MARKS = { passed: '\u2705 passed', failed: '\u274c failed', skipped: '\u26aa skipped' };

function renderHead({ command, ok, cases, totalMs }: Report): string {
  const count = (outcome: ReportCase['outcome']) =>
    cases.filter((one) => one.outcome === outcome).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  return `<h3>${escapeMarkup(command)}: ${MARKS[ok ? 'passed' : 'failed']}</h3>\n<p>${counts} (${formatMs(totalMs)})</p>\n`;
}

function renderProblem({ title, lines }: Problem): string {
  return `<p><b>${code(title)}</b><br>${lines.map(code).join('<br>')}</p>\n`;
}

function renderCases({ cases, noun }: Report): string {
  if (cases.length === 0) return '';
  const rows = cases.map(
    ({ name, outcome, ms, detail, error }) =>
      `<tr><td>${MARKS[outcome]}</td><td>${code(name)}</td><td align="right">${Math.round(ms)}&nbsp;ms</td><td>${code(detail ?? error?.message ?? '')}</td></tr>\n`,
  );
  const head = `<tr><th>Result</th><th>${escapeMarkup(noun)}</th><th>Time</th><th>Details</th></tr>`;
  return `<table>\n${head}\n${rows.join('')}</table>\n`;
}

function renderFacts({ facts }: Report): string {
  if (facts.length === 0) return '';
  const shown = facts.map(([label, value]) => `${code(label)} ${code(value)}`);
  return `<p>${shown.join('<br>')}</p>\n`;
}

function renderTranscript({ transcript }: Report): string {
  if (!transcript) return '';
  const { text } = transcript;
  const cut = text.length > MAX_TRANSCRIPT ? ` (the first ${MAX_TRANSCRIPT} characters)` : '';
  return `<details><summary>Transcript${cut}</summary><p>${code(text.slice(0, MAX_TRANSCRIPT))}</p></details>\n`;
}

function renderEvidence({ name, outcome, lines = [] }: ReportCase): string {
  if (outcome !== 'failed' || lines.length === 0) return '';
  return `<details><summary>Evidence of ${code(name)}</summary><pre>${lineBreaks(lines)}</pre></details>\n`;
}
