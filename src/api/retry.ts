import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';

const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;
const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** The moment, on `clock.monotonic()`, at which the work has to be done; Infinity for none. */
  readonly deadline: number;
}

/**
 * Tries up to three times, with full jitter between, and Retry-After as the least wait. Gives up at once when
 * the wait would reach the deadline.
 * @throws what the last attempt threw; the signal's reason when it aborts during a wait
 */
export async function withRetries<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, deadline } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isWorthRetrying(error)) throw error;
      const jitter = random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
      const delay = Math.max(jitter, error.retryAfterMs ?? 0);
      if (clock.monotonic() + delay >= deadline) throw error;
      await clock.sleep(delay, signal);
    }
  }
}

function isWorthRetrying(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  if (error.code === 'connection_reset') return true;
  const mayPass = error.code === 'service_error' || error.code === 'rate_limited';
  return mayPass && RETRIED_STATUSES.has(error.httpStatus ?? 0);
}
