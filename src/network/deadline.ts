import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';

/** The end of the time that work may take. */
export interface Deadline {
  /** Aborts at the deadline with `timeout`, and before it with the reason of the signal that it was made from. */
  readonly signal: AbortSignal;
  /** The moment on the monotonic clock. */
  at(): number;
  /** Stops the clock of this deadline while a person is asked. */
  pauseFor<Value>(task: () => Promise<Value>): Promise<Value>;
  cancel(): void;
}

/** @param ms null for work without an end of its own */
export function startDeadline(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  ms: number | null,
): Deadline {
  if (ms === null) {
    return {
      signal,
      at: () => Number.POSITIVE_INFINITY,
      pauseFor: (task) => task(),
      cancel: () => undefined,
    };
  }
  const controller = new AbortController();
  const passOn = () => controller.abort(signal.reason);
  if (signal.aborted) passOn();
  // Not AbortSignal.any: a long-lived signal would remember each of thousands of short ones.
  signal.addEventListener('abort', passOn, { once: true });

  const expire = () => controller.abort(timedOut(ms));
  let end = clock.monotonic() + ms;
  let cancelTimer = clock.timer(ms, expire);
  return {
    signal: controller.signal,
    at: () => end,
    async pauseFor(task) {
      cancelTimer();
      const left = end - clock.monotonic();
      try {
        return await task();
      } finally {
        end = clock.monotonic() + left;
        cancelTimer = clock.timer(left, expire);
      }
    },
    cancel() {
      cancelTimer();
      signal.removeEventListener('abort', passOn);
    },
  };
}

function timedOut(ms: number): CliError {
  const time = ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
  return new CliError('timeout', `Not finished after ${time}.`, {
    hint: 'Try again, allow more time with --timeout, or see with --verbose how far it gets.',
  });
}
