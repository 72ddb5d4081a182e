import { setMaxListeners } from 'node:events';
import { CliError } from '../core/errors';
import { outliveTerminal } from '../terminal/closed-terminal';

/**
 * The first signal (Ctrl-C is SIGINT) aborts everything that listens, with the error that the program then ends with:
 * `interrupted` has the exit code 130, `terminated` 143, both in `core/error-codes.ts`. The handlers are removed then, so that a
 * second signal kills.
 */
export function abortOnSignals(node: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  // Every request in flight listens to it, and Node takes more than ten for a leak.
  setMaxListeners(0, controller.signal);
  // Not at once: a library that watches signals would take itself for the last to do so, and kill.
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
 * For what runs for long, and maybe longer than its terminal is open. Without a listener Node would open its debugger, to every user
 * of the machine.
 */
export function prepareToServe(node: NodeJS.Process): void {
  outliveTerminal(node);
  node.on('SIGUSR1', () => undefined);
}
