export interface Clock {
  /** Milliseconds since 1970. Can jump. */
  now(): number;
  /** Milliseconds since some moment. Never jumps. */
  monotonic(): number;
  /** Calls `callback` once, after `ms`; the returned function cancels. */
  timer(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves when signals, timers and I/O that are due have been handled: for work that would otherwise hold them up. */
  yieldToEvents(): Promise<void>;
}
