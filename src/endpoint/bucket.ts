import type { Clock } from '../context/clock';

const MINUTE_MS = 60_000;
/** What is lost to rounding when the level is filled up bit by bit. */
const EPSILON = 1e-9;

/** A rate: so many at once, and as many a minute in the long run. */
export interface Bucket {
  /** Takes one: 0 when there was one, else the milliseconds until there is. */
  take(): number;
  /** Returns one that was taken and not used. */
  giveBack(): void;
}

export function createBucket(perMin: number, clock: Pick<Clock, 'monotonic'>): Bucket {
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
    giveBack() {
      level = Math.min(perMin, level + 1);
    },
  };
}
