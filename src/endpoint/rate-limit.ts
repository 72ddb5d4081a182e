import type { Clock } from '../context/clock';

const MINUTE_MS = 60_000;
/** Tolerance for rounding errors in the number of tokens that may still be minted. This number can have decimals. */
const EPSILON = 1e-9;

/** A rate limit (token bucket). It allows `perMin` tokens without a pause, and then `perMin` tokens a minute. */
export interface RateLimit {
  /** Counts one token. @returns 0 if the limit allows the token, otherwise the time to wait, in milliseconds */
  take(): number;
  /** Cancels the count of one token. Called if that token was not minted. */
  refund(): void;
}

export function createRateLimit(perMin: number, clock: Pick<Clock, 'monotonic'>): RateLimit {
  let level = perMin;
  let filledAt = clock.monotonic();
  return {
    take() {
      const now = clock.monotonic();
      level = Math.min(perMin, level + ((now - filledAt) * perMin) / MINUTE_MS);
      filledAt = now;
      if (level >= 1 - EPSILON) {
        level -= 1;
        return 0;
      }
      return ((1 - level) * MINUTE_MS) / perMin;
    },
    refund() {
      level = Math.min(perMin, level + 1);
    },
  };
}
