import type { Report, ReportCase } from './report';

/** The chart's own unit: a bar's place and width are thousandths of the whole. */
const WIDTH = 1000;
/** The thinnest bar that can still be seen. */
const MIN_WIDTH = 8;

/** A span of time for a person: `240 ms`, `1.24 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  const whole = Math.round(Math.max(0, ms));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 59_995) return `${(whole / 1000).toFixed(2)} s`;
  const total = Math.round(whole / 1000);
  return `${Math.floor(total / 60)} min ${total % 60} s`;
}

/** The span that the chart covers, in milliseconds: the run, or its steps where their sum is longer. */
export function chartSpan(report: Report): number {
  const sum = report.cases.reduce((total, { ms }) => total + Math.max(0, ms), 0);
  return Math.max(report.totalMs, sum, 1);
}

/**
 * The waterfall, a drawing for each case: where its bar lies in the run, with the same in words. Cases follow each
 * other without a gap; one that was skipped has no bar.
 */
export function drawBars(report: Report): readonly string[] {
  const span = chartSpan(report);
  let begun = 0;
  return report.cases.map((one) => {
    const from = begun;
    begun += Math.max(0, one.ms);
    return one.outcome === 'skipped' ? '' : drawBar(one, from, span);
  });
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
