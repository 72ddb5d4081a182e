import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';

/** Calls what an application handed in, whose failures, later ones too, go to `report`. */
export function callQuietly<Value>(
  take: ((value: Value) => unknown) | undefined,
  value: Value,
  report: (error: unknown) => void = () => {},
): void {
  try {
    const taken = take?.(value);
    if (isThenable(taken)) Promise.resolve(taken).catch(report);
  } catch (error) {
    report(error);
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** How long work may take. */
export interface Limit {
  readonly clock: Clock;
  readonly ms: number;
  /** Of the client: the work ends when it leaves. */
  readonly client?: AbortSignal;
}

/**
 * Waits for work of an application no longer than the limit, whether it heeds its signal or not.
 * @throws CliError `timeout`, the reason of the client's signal, and what the work throws
 */
export function inTime<Value>(
  work: (signal: AbortSignal, end: number) => Value | PromiseLike<Value>,
  { clock, ms, client }: Limit,
): Promise<Value> {
  const end = new AbortController();
  return new Promise<Value>((resolve, reject) => {
    const settle = () => {
      cancelTimer();
      client?.removeEventListener('abort', leave);
    };
    const stop = (reason: unknown) => {
      settle();
      reject(reason);
      end.abort(reason);
    };
    const leave = () => stop(client?.reason);
    const cancelTimer = clock.timer(ms, () =>
      stop(new CliError('timeout', `Not finished after ${ms / 1000} s.`)),
    );
    client?.addEventListener('abort', leave, { once: true });
    if (client?.aborted) return leave();
    // In a promise, so that what it throws at once is a rejection, too.
    new Promise<Value>((begin) => begin(work(end.signal, clock.monotonic() + ms))).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error) => {
        settle();
        reject(error);
      },
    );
  });
}
