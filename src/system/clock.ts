import type { Clock } from '../context/clock';
import { clearTimeout, setImmediate, setTimeout } from './timers';

/** The maximum delay of a Node.js timer. A timer with a longer delay would fire immediately. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function sleepWith(clock: Pick<Clock, 'timer'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.timer(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** @param keepsAlive whether the process waits for pending timers before it ends */
export function systemClock({ keepsAlive = true } = {}): Clock {
  const timer: Clock['timer'] = (ms, callback) => {
    const handle = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    if (!keepsAlive) handle.unref();
    return () => clearTimeout(handle);
  };
  return {
    // Uses the global `Date`, so that these times can be compared with the times of the application that uses the library. Tests
    // of that application may freeze `Date`.
    now: () => Date.now(),
    // Does not use performance.now(), because loading its module takes a tenth of the time of `vstoken mint`. Does not use
    // process.hrtime(), because test frameworks replace it.
    monotonic: () => process.uptime() * 1000,
    timer,
    sleep: (ms, signal) => sleepWith({ timer }, ms, signal),
  };
}

export interface FakeClock extends Clock {
  /** Advances the wall clock and the monotonic clock. Fires the due timers in order. */
  advance(ms: number): Promise<void>;
  /** Changes only the wall clock, as if a user or NTP had set the clock. */
  jump(ms: number): void;
  /** Returns the remaining delays of the pending timers in milliseconds, shortest first. */
  waiting(): readonly number[];
}

/** Creates a clock for tests. It moves only when the test calls `advance` or `jump`. */
export function fakeClock(startMs = Date.UTC(2026, 10, 24, 10)): FakeClock {
  let elapsed = 0;
  let wall = startMs;
  const timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  const inOrder = () => [...timers].sort((a, b) => a.due - b.due);

  const timer: Clock['timer'] = (ms, callback) => {
    const entry = { due: elapsed + Math.max(0, ms), callback };
    timers.add(entry);
    return () => timers.delete(entry);
  };
  return {
    now: () => wall + elapsed,
    monotonic: () => elapsed,
    timer,
    sleep: (ms, signal) => sleepWith({ timer }, ms, signal),
    jump: (ms) => {
      wall += ms;
    },
    waiting: () => inOrder().map((entry) => entry.due - elapsed),
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const [next] = inOrder();
        if (!next || next.due > end) break;
        timers.delete(next);
        elapsed = next.due;
        next.callback();
        await new Promise((resolve) => setImmediate(resolve));
      }
      elapsed = end;
    },
  };
}
