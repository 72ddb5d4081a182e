import type { Clock } from '../../context/clock';

export interface MovableClock extends Clock {
  /** Advances the time. Timers that become due fire in the order in which they are due. @param ms 0 or more */
  advance(ms: number): Promise<void>;
  /** Undoes all advances. Timers keep their remaining time. */
  restore(): void;
}

interface Timer {
  /** The monotonic time at which the timer fires, in milliseconds. */
  due: number;
  readonly fire: () => void;
  cancel: () => void;
}

/** Waits for the work that a fired timer has started. This work may set the next timer. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export function movableClock(clock: Clock): MovableClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  let restored = 0;
  let turn = Promise.resolve();
  const monotonic = () => clock.monotonic() + ahead;

  const arm = (timer: Timer) => {
    timer.cancel();
    timer.cancel = clock.timer(Math.max(0, timer.due - monotonic()), timer.fire);
  };

  const timer: Clock['timer'] = (ms, callback) => {
    const entry: Timer = {
      due: monotonic() + Math.max(0, ms),
      fire() {
        entry.cancel();
        timers.delete(entry);
        callback();
      },
      cancel: () => {},
    };
    timers.add(entry);
    arm(entry);
    return () => {
      entry.cancel();
      timers.delete(entry);
    };
  };

  const move = async (ms: number) => {
    const end = monotonic() + ms;
    const before = restored;
    for (;;) {
      const next = [...timers].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      ahead += Math.max(0, next.due - monotonic());
      next.fire();
      await settle();
      if (restored !== before) return;
    }
    ahead += Math.max(0, end - monotonic());
    for (const each of timers) arm(each);
  };

  return {
    now: () => clock.now() + ahead,
    monotonic,
    timer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = timer(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        signal?.addEventListener('abort', abort, { once: true });
      }),
    advance(ms) {
      turn = turn.then(() => move(ms));
      return turn;
    },
    restore() {
      for (const each of timers) each.due -= ahead;
      ahead = 0;
      restored += 1;
    },
  };
}
