import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { EndpointRefusal } from './refusal';

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
  /** The work ends when it leaves. */
  readonly client?: Client;
}

/** Whoever waits for an answer. */
export interface Client {
  hasLeft(): boolean;
  /** @returns what stops watching */
  onLeave(listener: () => void): () => void;
}

export function clientOf({ signal }: Request): Client {
  return {
    hasLeft: () => signal.aborted,
    onLeave(listener) {
      signal.addEventListener('abort', listener, { once: true });
      return () => signal.removeEventListener('abort', listener);
    },
  };
}

/**
 * Waits for work of an application no longer than the limit, whether it heeds its signal or not.
 * @throws CliError `timeout`, EndpointRefusal `client_gone`, and what the work throws
 */
export function inTime<Value>(
  work: (signal: AbortSignal, end: number) => Value | PromiseLike<Value>,
  { clock, ms, client }: Limit,
): Promise<Value> {
  const end = new AbortController();
  return new Promise<Value>((resolve, reject) => {
    const settle = () => {
      cancelTimer();
      stopWatching?.();
    };
    const stop = (reason: unknown) => {
      settle();
      reject(reason);
      end.abort(reason);
    };
    const cancelTimer = clock.timer(ms, () =>
      stop(new CliError('timeout', `Not finished after ${ms / 1000} s.`)),
    );
    const leave = () => stop(new EndpointRefusal('client_gone'));
    const stopWatching = client?.onLeave(leave);
    if (client?.hasLeft()) return leave();
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
