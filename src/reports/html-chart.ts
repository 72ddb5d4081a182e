import type { Report, ReportCase } from './report';

/** The width of the chart: positions and widths of bars are thousandths of the run. */
const WIDTH = 1000;
/** The minimum width of a bar, so that it is visible. */
const MIN_WIDTH = 8;

/** Formats a duration for people: `240 ms`, `1.24 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  const whole = Math.round(Math.max(0, ms));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 59_995) return `${(whole / 1000).toFixed(2)} s`;
  const total = Math.round(whole / 1000);
  return `${Math.floor(total / 60)} min ${total % 60} s`;
}

/** The duration of the chart in milliseconds: that of the run, or until the end of the last case if that is later. */
export function chartSpan(report: Report): number {
  return Math.max(report.totalMs, ...beginnings(report).map(({ ms, from }) => from + ms), 1);
}

/** The start of each case: its own, or the end of the case before it. */
function beginnings({ cases }: Report): readonly { readonly from: number; readonly ms: number }[] {
  let ended = 0;
  return cases.map(({ fromMs, ms }) => {
    const from = Math.max(0, fromMs ?? ended);
    const length = Math.max(0, ms);
    ended = from + length;
    return { from, ms: length };
  });
}

/** The waterfall chart: a drawing for each case with its bar, and the same in words. A skipped case has no bar. */
export function drawBars(report: Report): readonly string[] {
  const span = chartSpan(report);
  const begun = beginnings(report);
  return report.cases.map((one, index) =>
    one.outcome === 'skipped' ? '' : drawBar(one, begun[index]?.from ?? 0, span),
  );
}

function drawBar(one: ReportCase, from: number, span: number): string {
  const width = Math.max(MIN_WIDTH, (Math.max(0, one.ms) / span) * WIDTH);
  const x = Math.min(WIDTH - width, (from / span) * WIDTH);
  const words = `From ${formatMs(from)} to ${formatMs(from + Math.max(0, one.ms))}`;
  return (
    `<svg class="bar ${one.outcome}" role="img" aria-label="${words}" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none">` +
    `<title>${words}</title><rect class="rail" y="4" width="${WIDTH}" height="2"/>` +
    `<rect class="run" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="10"/></svg>`
  );
}
