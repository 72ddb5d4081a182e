export interface Clock {
  /** The system time, in milliseconds since 1970. Jumps if somebody changes the system clock. */
  now(): number;
  /** The time since an arbitrary start, in milliseconds. Never jumps, so use it to measure durations. */
  monotonic(): number;
  /** Calls `callback` once, after `ms`. Returns a function that cancels the call. */
  timer(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`. Rejects with the signal's reason if the signal aborts earlier. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
