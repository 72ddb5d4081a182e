import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { EndpointRefusal } from './refusal';

/** Calls a function of the application. If the function throws or its promise rejects, `report` gets the error. */
export function callSafely<Value>(
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

export interface TimeLimit {
  readonly clock: Clock;
  readonly ms: number;
  /** The client that waits for the result. If it disconnects, the work is aborted. */
  readonly client?: Client;
}

export interface Client {
  hasLeft(): boolean;
  /** Calls the listener when the client disconnects. @returns a function that removes the listener */
  onLeave(listener: () => void): () => void;
}

/** Returns the client of a request. If the `Request` of another library has no signal, a disconnect is not noticed. */
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
 * Waits for work of an application, at most until the time limit. The wait ends even if the work ignores its signal.
 * @throws CliError `timeout`, EndpointRefusal `client_gone`, and what the work throws
 */
export function withTimeout<Value>(
  work: (signal: AbortSignal, end: number) => Value | PromiseLike<Value>,
  { clock, ms, client }: TimeLimit,
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
    // `onLeave` is called before the timer starts. If `onLeave` throws, there is no timer that must be cancelled.
    const stopWatching = client?.onLeave(() => stop(new EndpointRefusal('client_gone')));
    cancelTimer = clock.timer(ms, () =>
      stop(new CliError('timeout', `Not finished after ${ms / 1000} s.`)),
    );
    // `work` is called inside `new Promise`, so that an exception of `work` rejects that Promise.
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
