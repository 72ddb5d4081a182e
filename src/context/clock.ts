export interface Clock {
  /** The system time, in milliseconds since 1970. Jumps if somebody changes the system clock. */
  now(): number;
  /** A time in milliseconds for measuring durations. Never jumps. The zero point has no meaning. */
  monotonic(): number;
  /** Calls `callback` once, after `ms`. Returns a function that cancels the call. */
  timer(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`. Rejects with the signal's reason if the signal aborts earlier. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
