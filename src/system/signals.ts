import { setMaxListeners } from 'node:events';
import { CliError } from '../core/errors';
import { outliveTerminal } from '../terminal/closed-terminal';

/**
 * The first signal (Ctrl-C is SIGINT) aborts the AbortSignal with the error of the exit: `interrupted` has exit code 130,
 * `terminated` 143, both in `core/error-codes.ts`. The handlers are removed then, so that a second signal kills.
 */
export function abortOnSignals(node: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  // Every running request listens, and Node.js reports more than ten listeners as a leak.
  setMaxListeners(0, controller.signal);
  // Not at once: a library that listens for signals would see no other listener, and kill the process.
  const stop = (error: CliError) =>
    node.nextTick(() => {
      node.removeListener('SIGINT', interrupt);
      node.removeListener('SIGTERM', terminate);
      controller.abort(error);
    });
  const interrupt = () => stop(new CliError('interrupted', 'Interrupted.'));
  const terminate = () => stop(new CliError('terminated', 'Terminated.'));
  node.on('SIGINT', interrupt);
  node.on('SIGTERM', terminate);
  return controller.signal;
}

/**
 * For programs that run for long and may outlive their terminal. Without a listener Node.js would open its debugger, to every
 * user of the machine.
 */
export function prepareToServe(node: NodeJS.Process): void {
  outliveTerminal(node);
  node.on('SIGUSR1', () => undefined);
}
