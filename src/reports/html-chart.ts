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

/** The span that the chart covers, in milliseconds: the run, or its cases where the last of them ends later. */
export function chartSpan(report: Report): number {
  return Math.max(report.totalMs, ...beginnings(report).map(({ ms, from }) => from + ms), 1);
}

/** When each case began: when it says so, or when the one before it ended. */
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
 * The waterfall, a drawing for each case: where its bar lies in the run, with the same in words. One that was skipped has no
 * bar.
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
