import type { Clock } from '../context/clock';

const MINUTE_MS = 60_000;
/** Allows for rounding errors of the level. */
const EPSILON = 1e-9;

/** A rate limit (token bucket): allows a burst of `perMin`, and `perMin` a minute on average. */
export interface RateLimit {
  /** Counts one token. @returns 0 if the limit allows it, otherwise the milliseconds until it does */
  take(): number;
  /** Uncounts a token that was counted and not minted. */
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
