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

/** A request of other makers may have no signal: nobody is seen to leave then. */
export function clientOf({ signal }: { readonly signal?: AbortSignal | null }): Client {
  return {
    hasLeft: () => signal?.aborted ?? false,
    onLeave(listener) {
      signal?.addEventListener('abort', listener, { once: true });
      return () => signal?.removeEventListener('abort', listener);
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
    if (client?.hasLeft()) throw new EndpointRefusal('client_gone');
    let cancelTimer = () => {};
    const settle = () => {
      cancelTimer();
      stopWatching?.();
    };
    const stop = (reason: unknown) => {
      settle();
      reject(reason);
      end.abort(reason);
    };
    // Before there is a timer, which nobody would stop if this throws.
    const stopWatching = client?.onLeave(() => stop(new EndpointRefusal('client_gone')));
    cancelTimer = clock.timer(ms, () =>
      stop(new CliError('timeout', `Not finished after ${ms / 1000} s.`)),
    );
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
