import type { Clock } from '../context/clock';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Creates a clock with another time of day. The monotonic time is not changed, so tokens keep their lifetime.
 * @param offset returns for example `+1h`, `-10m` or `+30s`; undefined for no offset
 */
export function shiftedClock(clock: Clock, offset: () => string | undefined): Clock {
  const offsetMs = (text: string) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0);
  return {
    now: () => clock.now() + offsetMs(offset() ?? '+0s'),
    monotonic: () => clock.monotonic(),
    timer: (ms, callback) => clock.timer(ms, callback),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
