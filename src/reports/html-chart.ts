import type { Report, ReportCase } from './report';

/** Width of the chart, in the units of its SVG `viewBox`. */
const WIDTH = 1000;
/** Minimum width of a bar, in the units of the SVG `viewBox`, so that short cases are visible. */
const MIN_WIDTH = 8;

/** Formats a duration for people: `240 ms`, `1.24 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  const whole = Math.round(Math.max(0, ms));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 59_995) return `${(whole / 1000).toFixed(2)} s`;
  const total = Math.round(whole / 1000);
  return `${Math.floor(total / 60)} min ${total % 60} s`;
}

/**
 * Returns the duration that the chart shows, in milliseconds: the duration of the run, or the end of the last case if that is
 * later.
 */
export function chartSpan(report: Report): number {
  return Math.max(report.totalMs, ...beginnings(report).map(({ ms, from }) => from + ms), 1);
}

/** Returns the start and duration of each case, in milliseconds. By default, a case starts when the previous case ends. */
function beginnings({ cases }: Report): readonly { readonly from: number; readonly ms: number }[] {
  let ended = 0;
  return cases.map(({ fromMs, ms }) => {
    const from = Math.max(0, fromMs ?? ended);
    const length = Math.max(0, ms);
    ended = from + length;
    return { from, ms: length };
  });
}

/**
 * Draws the waterfall chart: one SVG element for each case, with the times of the case in words. For a skipped case, the string
 * is empty.
 */
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
