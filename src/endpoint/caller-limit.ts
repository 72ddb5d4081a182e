import { createHash } from 'node:crypto';
import type { Clock } from '../context/clock';
import { createRateLimit, type RateLimit } from './rate-limit';

/** How many callers are remembered. The least recent one is forgotten first. */
const MAX_CALLERS = 10_000;

/** Limits the tokens per minute of each caller. @returns the limit of a caller, by the key that the application gave it */
export function createCallerLimit(perMin: number, clock: Clock): (caller: string) => RateLimit {
  const limits = new Map<string, RateLimit>();
  return (caller) => {
    // Hashed, since a key can be long, and a substring of a header would keep the whole header in memory.
    const key = createHash('sha256').update(caller).digest('base64');
    const limit = limits.get(key) ?? createRateLimit(perMin, clock);
    // Moved to the end, so that the first is the least recently used.
    limits.delete(key);
    limits.set(key, limit);
    const [oldest] = limits.keys();
    if (limits.size > MAX_CALLERS && oldest !== undefined) limits.delete(oldest);
    return limit;
  };
}
