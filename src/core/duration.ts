import { CliError } from './errors';
import { requireVisible } from './find-invisible';

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: HOUR_MS };
const MAX_MS = 24 * HOUR_MS;

/**
 * Parses a duration such as `250ms`, `30s`, `2m`, `1h` or `30` (seconds). Returns milliseconds, or null if the text is not a
 * duration up to 24 hours.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h)?$/.exec(text);
  if (!match) return null;
  const ms = Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 0);
  return ms <= MAX_MS ? ms : null;
}

/** Formats a duration in the form that `parseDuration` accepts, in the largest unit that gives a whole number. */
export function formatDuration(ms: number): string {
  const [unit, size] =
    Object.entries(UNITS).findLast(([, each]) => ms % each === 0) ?? (['ms', 1] as const);
  return `${ms / size}${unit}`;
}

export const DURATION_FORM =
  'a whole number with an optional ms, s, m or h, such as 30s (24h at most)';

/**
 * Parses a duration, and returns milliseconds.
 * @param what the name of the value, for the error message
 * @throws CliError `invalid_value`. The message does not quote the value.
 */
export function requireDuration(text: string, what: string): number {
  const ms = parseDuration(text);
  if (ms === null) requireVisible(text, what);
  if (ms === null) throw new CliError('invalid_value', `${what} must be ${DURATION_FORM}.`);
  return ms;
}

/**
 * Parses a time limit, and returns milliseconds.
 * @throws CliError `invalid_value`, also for 0
 */
export function requireTimeout(text: string, what: string): number {
  const ms = requireDuration(text, what);
  if (ms === 0) throw new CliError('invalid_value', `${what} must be more than 0.`);
  return ms;
}
