import type { Clock } from '../context/clock';
import { clearTimeout, setImmediate, setTimeout } from './timers';

/** Node.js fires a timer with a longer delay at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function sleepOn(clock: Pick<Clock, 'timer'>, ms: number, signal?: AbortSignal): Promise<void> {
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

/** @param keepsAlive whether timers keep the process alive */
export function systemClock({ keepsAlive = true } = {}): Clock {
  const timer: Clock['timer'] = (ms, callback) => {
    const handle = setTimeout(callback, Math.min(ms, LONGEST_TIMER_MS));
    if (!keepsAlive) handle.unref();
    return () => clearTimeout(handle);
  };
  return {
    // The application's clock, which it compares with its own. Its tests may stop it.
    now: () => Date.now(),
    // Not performance.now(): loading its module takes a tenth of a mint. Not hrtime: test frameworks replace it.
    monotonic: () => process.uptime() * 1000,
    timer,
    sleep: (ms, signal) => sleepOn({ timer }, ms, signal),
  };
}

export interface FakeClock extends Clock {
  /** Advances both clocks and fires the timers that are due, in order. */
  advance(ms: number): Promise<void>;
  /** Changes only the wall clock, as a person or NTP does. */
  jump(ms: number): void;
  /** The delays of the pending timers, shortest first. */
  waiting(): readonly number[];
}

/** A clock that moves only when a test says so. */
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
    sleep: (ms, signal) => sleepOn({ timer }, ms, signal),
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
