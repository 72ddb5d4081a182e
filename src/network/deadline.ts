import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';

export interface Deadline {
  /**
   * Aborts with the error `timeout` at the deadline. If the signal passed to `startDeadline` aborts before the deadline, this
   * signal aborts too, with the same reason.
   */
  readonly signal: AbortSignal;
  /** The time of the deadline on the monotonic clock, in milliseconds. */
  at(): number;
  /** Pauses this deadline while the task asks the user a question. */
  pauseFor<Value>(task: () => Promise<Value>): Promise<Value>;
  cancel(): void;
}

/** @param ms the time limit in milliseconds; null for no limit */
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
  // AbortSignal.any is not used, because a long-lived signal would then keep references to thousands of short-lived signals.
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
    hint: 'Try again, allow more time with --timeout, or use --verbose to see which request takes so long.',
  });
}
