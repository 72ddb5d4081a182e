import type { Clock } from '../context/clock';
import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';

const MAX_RETRIES = 2;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;
const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** The moment, on `clock.monotonic()`, at which the work has to be done; Infinity for none. */
  readonly deadline: number;
  /** How often a failure is followed by another try. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Takes what a person is told of a wait that is felt. */
  readonly warn: (text: string) => void;
}

/** A shorter wait is over before a person has read of it. */
const FELT_MS = 1000;

const CAUSES: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'rate limited',
  service_error: 'the service failed',
  connection_reset: 'the connection was dropped',
};

/**
 * Tries up to three times, or as often as `maxRetries` says, with full jitter between, and Retry-After as the least wait. Gives up at once when
 * the wait would reach the deadline.
 * @throws what the last attempt threw, with the number of tries; the signal's reason when it aborts during a wait
 */
export async function withRetries<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, deadline, warn } = options;
  const attempts = (options.maxRetries ?? MAX_RETRIES) + 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (!isWorthRetrying(error)) throw error;
      if (attempt >= attempts) throw withTries(error, attempt);
      const jitter = random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
      const delay = Math.max(jitter, error.retryAfterMs ?? 0);
      if (clock.monotonic() + delay >= deadline) throw withTries(error, attempt);
      if (delay >= FELT_MS) {
        const seconds = Math.ceil(delay / 1000);
        warn(`${CAUSES[error.code]}; next try in ${seconds} s (${attempt + 1} of ${attempts})`);
      }
      await clock.sleep(delay, signal);
    }
  }
}

function withTries(error: CliError, tries: number): CliError {
  if (tries === 1) return error;
  const { code, message, hint, httpStatus, retryAfterMs } = error;
  const details = { hint, httpStatus, retryAfterMs, cause: error };
  return new CliError(code, `${message} vstoken tried ${tries} times.`, details);
}

function isWorthRetrying(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  if (error.code === 'connection_reset') return true;
  const mayPass = error.code === 'service_error' || error.code === 'rate_limited';
  return mayPass && RETRIED_STATUSES.has(error.httpStatus ?? 0);
}
