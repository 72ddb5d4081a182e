import type { Clock } from '../context/clock';

const MINUTE_MS = 60_000;
/** What is lost to rounding when the level is filled up bit by bit. */
const EPSILON = 1e-9;

/**
 * A rate: so many at once, and as many a minute in the long run.
 * @returns takes one: 0 when there was one, else the milliseconds until there is
 */
export function createBucket(perMin: number, clock: Pick<Clock, 'monotonic'>): () => number {
  let level = perMin;
  let filledAt = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    level = Math.min(perMin, level + ((now - filledAt) * perMin) / MINUTE_MS);
    filledAt = now;
    if (level >= 1 - EPSILON) {
      level -= 1;
      return 0;
    }
    return ((1 - level) * MINUTE_MS) / perMin;
  };
}
