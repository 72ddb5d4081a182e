/** The maximum wait, one day. Reason: a Node.js timer of more than 2^31 ms (25 days) fires immediately. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const DATE_FORM = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .+$/;

/**
 * Parses a Retry-After header, which contains seconds or a date (RFC 9110).
 * @returns the wait in milliseconds, at most one day; undefined for an invalid value
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

/** Formats a wait: below two minutes in seconds, below two hours in minutes, otherwise in hours. */
export function waitInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
