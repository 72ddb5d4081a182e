import type { Clock } from '../context/clock';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A clock that tells another time of day and counts the same milliseconds, so that tokens live as long as ever.
 * @param offset such as `+1h`, `-10m` or `+30s`
 */
export function offClock(clock: Clock, offset: string): Clock {
  const offsetMs = Number(offset.slice(0, -1)) * (UNITS[offset.slice(-1)] ?? 0);
  return {
    now: () => clock.now() + offsetMs,
    monotonic: () => clock.monotonic(),
    timer: (ms, callback) => clock.timer(ms, callback),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
