/** One day. Node.js fires a timer of more than 2^31 ms immediately. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const DATE_FORM = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .+$/;

/**
 * The wait in milliseconds that a Retry-After header asks for (RFC 9110: seconds or a date), at most a day; undefined for any
 * other value.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return clamp(Number(text) * 1000);
  if (!DATE_FORM.test(text)) return undefined;
  const moment = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(moment) ? undefined : clamp(moment - nowMs);
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** A wait as text: seconds up to two minutes, then minutes, then hours. */
export function waitInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
