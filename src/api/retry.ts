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
  /** No retry starts after this time of `clock.monotonic()`. Infinity means that there is no such limit. */
  readonly deadline: number;
  /** The maximum number of retries after the first attempt. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Receives a message if the wait before a retry is at least a second. */
  readonly warn: (text: string) => void;
}

/** The shortest wait that is reported, in milliseconds. A shorter wait ends before anyone has read a message about it. */
const NOTICEABLE_MS = 1000;

const CAUSES: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'rate limited',
  service_error: 'the service failed',
  connection_reset: 'the connection was dropped',
};

/**
 * Runs a task. If the failure may be temporary, retries the task up to `maxRetries` times. Waits before each retry for a random
 * time (full jitter), but at least as long as Retry-After asks. Does not retry if the wait would end after the deadline.
 * @throws the error of the last attempt, with the number of attempts; the signal's reason if the signal aborts during a wait
 */
export async function withRetries<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, deadline, warn } = options;
  const attempts = (options.maxRetries ?? MAX_RETRIES) + 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (attempt >= attempts) throw withAttemptCount(error, attempt);
      const jitter = random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
      const delay = Math.max(jitter, error.retryAfterMs ?? 0);
      if (clock.monotonic() + delay >= deadline) throw withAttemptCount(error, attempt);
      if (delay >= NOTICEABLE_MS) {
        const seconds = Math.ceil(delay / 1000);
        warn(`${CAUSES[error.code]}; next attempt in ${seconds} s (${attempt + 1} of ${attempts})`);
      }
      await clock.sleep(delay, signal);
    }
  }
}

function withAttemptCount(error: CliError, tries: number): CliError {
  if (tries === 1) return error;
  const { code, message, hint, httpStatus, retryAfterMs } = error;
  const details = { hint, httpStatus, retryAfterMs, cause: error };
  return new CliError(code, `${message} vstoken tried ${tries} times.`, details);
}

function isRetryable(error: unknown): error is CliError {
  if (!(error instanceof CliError)) return false;
  if (error.code === 'connection_reset') return true;
  const mayPass = error.code === 'service_error' || error.code === 'rate_limited';
  return mayPass && RETRIED_STATUSES.has(error.httpStatus ?? 0);
}
