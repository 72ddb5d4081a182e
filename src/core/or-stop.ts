import { CliError } from './errors';

/** Waits for work that cannot be stopped, but no longer than until the signal says so. @throws its reason */
export function orStop<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Waits until a server is stopped, which Ctrl-C and SIGTERM do.
 * @returns the code of that: `interrupted` or `terminated`
 * @throws any other reason to abort
 */
export async function untilStopped(signal: AbortSignal): Promise<'interrupted' | 'terminated'> {
  try {
    return await orStop(new Promise<never>(() => undefined), signal);
  } catch (reason) {
    const code = reason instanceof CliError ? reason.code : null;
    if (code === 'interrupted' || code === 'terminated') return code;
    throw reason;
  }
}
