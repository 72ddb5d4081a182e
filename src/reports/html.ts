import { counted } from '../core/words';
import { chartSpan, drawBars, formatMs } from './html-chart';
import { escapeMarkup as esc } from './html-escape';
import { STYLE } from './html-style';
import type { Report, ReportCase, ReportTranscript } from './report';

const OUTCOMES: Readonly<Record<ReportCase['outcome'], { word: string; shape: string }>> = {
  passed: { word: 'Passed', shape: '<path d="M4.5 8.3 7 10.8l4.6-5.2"/>' },
  failed: { word: 'Failed', shape: '<path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/>' },
  skipped: { word: 'Skipped', shape: '<path d="M5 8h6"/>' },
};

function mark(outcome: ReportCase['outcome']): string {
  return `<svg class="mark" aria-hidden="true" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/>${OUTCOMES[outcome].shape}</svg>`;
}

/** Returns a sentence about the outcome: how many cases passed or failed, and how long the run took. */
function summary({ ok, cases, totalMs, noun }: Report): string {
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  const rest =
    skipped === 0 ? '' : ` ${counted(skipped, noun)} ${skipped === 1 ? 'was' : 'were'} skipped.`;
  const time = formatMs(totalMs);
  if (ok) return `${counted(cases.length - skipped, noun)} passed in ${time}.${rest}`;
  const [first] = failed;
  if (!first) return `The run ended with an error after ${time}.${rest}`;
  if (failed.length > 1) {
    return `${failed.length} of ${counted(cases.length, noun)} failed in ${time}.${rest}`;
  }
  return `${capital(noun)} <strong><bdi>${esc(first.name)}</bdi></strong> failed. The run took ${time}.${rest}`;
}

const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

function header(report: Report): string {
  const outcome = report.ok ? 'passed' : 'failed';
  return `<header class="verdict ${outcome}">
<p class="command"><code>${esc(report.command)}</code></p>
<h1>${mark(outcome)}<span>${esc(report.title)} ${outcome}</span></h1>
<p class="lead">${summary(report)}</p>
<p class="when">Started <time datetime="${esc(report.startedAt)}">${esc(formatInstant(report.startedAt))}</time></p>
</header>`;
}

function formatInstant(iso: string): string {
  return iso.replace(
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/,
    (_, date, time) => `${date} at ${time} UTC`,
  );
}

function errorSection({ error }: Report): string {
  if (!error) return '';
  const hint = error.hint === null ? '' : `<h3>What to do</h3>\n<p>${esc(error.hint)}</p>\n`;
  return `<section class="error" aria-labelledby="error">
<h2 id="error">What went wrong</h2>
<p class="message">${esc(error.message)}</p>
${hint}<p class="code">Error code <code>${esc(error.code)}</code>, exit code <code>${error.exit}</code></p>
</section>`;
}

/** Returns the text below the name of a case. Does not repeat a message that the page already shows at the top. */
function caseNote(one: ReportCase, report: Report): string {
  if (!one.error) return one.detail === null ? '' : `<div class="note">${esc(one.detail)}</div>`;
  const { code, message } = one.error;
  const rest = report.error?.message.endsWith(message) ? '' : ` ${esc(message)}`;
  return `<div class="note"><code>${esc(code)}</code>${rest}</div>`;
}

/** Returns the details of a case. The page shows them expanded if the case failed. */
function caseLines({ lines = [], outcome }: ReportCase): string {
  if (lines.length === 0) return '';
  const items = lines.map((line) => `<li>${esc(line)}</li>`).join('');
  const open = outcome === 'failed' ? ' open' : '';
  return `<details class="note"${open}><summary>Evidence</summary><ul>${items}</ul></details>`;
}

function caseRow(one: ReportCase, bar: string, report: Report): string {
  const time = one.outcome === 'skipped' ? '<span class="none">not run</span>' : formatMs(one.ms);
  return `<tr class="${one.outcome}"><th scope="row"><bdi>${esc(one.name)}</bdi>${caseNote(one, report)}${caseLines(one)}</th><td class="outcome"><span>${mark(one.outcome)}${OUTCOMES[one.outcome].word}</span></td><td class="time">${time}</td><td class="chart">${bar}</td></tr>`;
}

function casesSection(report: Report): string {
  if (report.cases.length === 0) return '';
  const bars = drawBars(report);
  const rows = report.cases.map((one, index) => caseRow(one, bars[index] ?? '', report));
  return `<section aria-labelledby="steps">
<h2 id="steps">${capital(report.noun)}s</h2>
<table class="steps">
<caption>Each ${report.noun} in order. A bar shows when it ran, out of ${formatMs(chartSpan(report))} in all.</caption>
<thead><tr><th scope="col">${capital(report.noun)}</th><th scope="col">Result</th><th scope="col" class="time">Time</th><th scope="col" class="chart"><span class="scale"><span>0</span> <span class="hidden">Timeline, to</span> <span>${formatMs(chartSpan(report))}</span></span></th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}

function transcriptSection(transcript: ReportTranscript | null): string {
  if (!transcript) return '';
  const rows = transcript.segments.map(
    ({ start, end, text }) =>
      `<tr><th scope="row" class="span">${start.toFixed(2)}–${end.toFixed(2)} s</th><td dir="auto">${esc(text)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : `\n<table class="segments">
<caption>${counted(rows.length, 'segment')}, timed in seconds from the start of the audio.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Text</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
  const text =
    transcript.text === ''
      ? '<p class="empty">Nothing was recognised.</p>'
      : `<blockquote dir="auto">${esc(transcript.text)}</blockquote>`;
  return `<section aria-labelledby="transcript">
<h2 id="transcript">Transcript</h2>
${text}${table}
</section>`;
}

function factsSection({ facts }: Report): string {
  if (facts.length === 0) return '';
  const rows = facts.map(
    ([label, value]) =>
      `<div><dt>${esc(label)}</dt><dd><bdi>${value === '' ? 'none' : esc(value)}</bdi></dd></div>`,
  );
  return `<section aria-labelledby="facts">
<h2 id="facts">Details</h2>
<dl>
${rows.join('\n')}
</dl>
</section>`;
}

function footer(report: Report): string {
  const spoken = report.transcript
    ? ' This page contains the transcript above. Share the page only with people who may read the transcript.'
    : '';
  return `<footer><p>Written by <code>${esc(report.command)}</code>. This page loads nothing from elsewhere, and contains no API key and no auth token.${spoken}</p></footer>`;
}

function pageTitle(report: Report): string {
  const failed = report.cases.find(({ outcome }) => outcome === 'failed');
  if (report.ok) return `Passed: ${report.title} (${report.command})`;
  return `Failed${failed ? ` at ${failed.name}` : ''}: ${report.title} (${report.command})`;
}

/**
 * Renders a report as one HTML page without scripts. The page's Content-Security-Policy forbids loading anything. Every text is
 * escaped. Equal reports produce equal bytes.
 */
export function renderHtml(report: Report): string {
  const sections = [
    header(report),
    errorSection(report),
    casesSection(report),
    transcriptSection(report.transcript),
    factsSection(report),
    footer(report),
  ].filter((section) => section !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${esc(pageTitle(report))}</title>
<style>
${STYLE}</style>
</head>
<body>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
}
