import { createHash } from 'node:crypto';
import type { Clock } from '../context/clock';
import { type Bucket, createBucket } from './bucket';

/** In memory at once. Whoever has not asked for the longest time is forgotten first. */
const MAX_CALLERS = 10_000;

/** So many tokens a minute for each caller. @returns the bucket of a caller, by the key that the application gave it */
export function createCallerLimit(perMin: number, clock: Clock): (caller: string) => Bucket {
  const buckets = new Map<string, Bucket>();
  return (caller) => {
    // A key may be long, and one that was cut out of a header keeps all of the header in memory.
    const key = createHash('sha256').update(caller).digest('base64');
    const bucket = buckets.get(key) ?? createBucket(perMin, clock);
    // Moved to the end, so that the first is the one that was used the longest ago.
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > MAX_CALLERS && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };
}
