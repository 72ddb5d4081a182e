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
 * Waits until the user stops a server with Ctrl-C or SIGTERM. Both abort `signal`, with a CliError as the reason.
 * @returns the code of this error: `interrupted` or `terminated`
 * @throws the reason of the abort, if it is any other error
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
