import { setMaxListeners } from 'node:events';
import { CliError } from '../core/errors';
import { handleClosedTerminal } from '../terminal/closed-terminal';

/**
 * Returns an AbortSignal. The first SIGINT (Ctrl-C) aborts it with the error `interrupted` (exit code 130), the first SIGTERM
 * with `terminated` (143). The handlers are then removed, so that a second signal kills the process.
 */
export function abortOnSignals(node: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  // Every running request adds a listener. Without this call, Node.js reports more than ten listeners as a memory leak.
  setMaxListeners(0, controller.signal);
  // Remove the listeners in the next tick. Reason: a library that also listens for this signal kills the process if the library's
  // listener is the only one.
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
 * Prepares a process that serves for a long time and may continue after its terminal closes. The listener for SIGUSR1 prevents
 * Node.js from opening its debugger, which every user of the machine could use.
 */
export function prepareToServe(node: NodeJS.Process): void {
  handleClosedTerminal(node);
  node.on('SIGUSR1', () => undefined);
}
