import { CliError } from './errors';

/**
 * Waits for work that cannot be cancelled, until the work ends or the signal aborts.
 * @throws the error of the work, or the reason of the signal
 */
export function raceAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Waits until Ctrl-C or SIGTERM stops a server.
 * @returns the error code: `interrupted` or `terminated`
 * @throws any other reason of the signal
 */
export async function untilStopped(signal: AbortSignal): Promise<'interrupted' | 'terminated'> {
  try {
    return await raceAbort(new Promise<never>(() => undefined), signal);
  } catch (reason) {
    const code = reason instanceof CliError ? reason.code : null;
    if (code === 'interrupted' || code === 'terminated') return code;
    throw reason;
  }
}
