import type { Clock } from '../context/clock';
import type { Io } from '../context/io';

interface Context {
  readonly io: Io;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads standard input if its first byte arrives within a time limit. Reason: in CI systems, a pipe can stay open without data.
 * @param limitMs the time limit, in milliseconds
 * @returns null if nothing arrived in time; an empty text if standard input cannot be read
 * @throws the reason of the signal if it aborts
 */
export async function readPromptly(
  { io, clock, signal }: Context,
  maxBytes: number,
  limitMs: number,
): Promise<string | null> {
  const limit = new AbortController();
  const passOn = () => limit.abort(signal.reason);
  signal.addEventListener('abort', passOn, { once: true });
  const cancel = clock.timer(limitMs, () => limit.abort());
  try {
    return await io.stdin.read(maxBytes, limit.signal, cancel);
  } catch {
    signal.throwIfAborted();
    return limit.signal.aborted ? null : '';
  } finally {
    cancel();
    signal.removeEventListener('abort', passOn);
  }
}
