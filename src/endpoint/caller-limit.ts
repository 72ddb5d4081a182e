import { createHash } from 'node:crypto';
import type { Clock } from '../context/clock';
import { createRateLimit, type RateLimit } from './rate-limit';

/** Maximum number of callers in memory. The caller that made no request for the longest time is removed first. */
const MAX_CALLERS = 10_000;

/**
 * Limits the tokens per minute of each caller.
 * @returns a function that returns the rate limit of a caller; its argument is a text that identifies the caller
 */
export function createCallerLimit(perMin: number, clock: Clock): (caller: string) => RateLimit {
  const limits = new Map<string, RateLimit>();
  return (caller) => {
    // Store a hash of the text that identifies the caller, because this text can be long. Also, if the text was cut out of a
    // header, JavaScript would keep the whole header in memory.
    const key = createHash('sha256').update(caller).digest('base64');
    const limit = limits.get(key) ?? createRateLimit(perMin, clock);
    // Moves the caller to the end, so that the first entry is the least recently used.
    limits.delete(key);
    limits.set(key, limit);
    const [oldest] = limits.keys();
    if (limits.size > MAX_CALLERS && oldest !== undefined) limits.delete(oldest);
    return limit;
  };
}
