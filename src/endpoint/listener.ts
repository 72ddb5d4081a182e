import { invalid } from '../core/named-options';
import { toTokenError } from '../core/token-error';
import { callSafely } from './callbacks';
import { type Handler, isNodeRequest, type NodeListener } from './request-context';
import { refuse } from './send';

export type { NodeListener } from './request-context';

/**
 * Converts a handler of standard requests to a listener for a Node.js server.
 * @param log called with a line about each request that does not reach the handler; also called if the handler throws, with a
 * line and the error
 * @throws TokenError `invalid_value` if the handler is missing, or if the log is not a function
 */
export function toListener(
  handle: Handler,
  log?: (line: string, error?: unknown) => unknown,
): NodeListener {
  if (typeof handle !== 'function') {
    throw toTokenError(invalid('toNodeListener must be called with a handler.'));
  }
  if (log !== undefined && typeof log !== 'function') {
    throw toTokenError(invalid('The log of toNodeListener must be a function.'));
  }
  const logLine = (line: string, error?: unknown) => callSafely(() => log?.(line, error), null);
  let loading: Promise<NodeListener> | undefined;
  let listener: NodeListener | undefined;
  return async (incoming, outgoing, context) => {
    if (!isNodeRequest(incoming, outgoing)) {
      logLine('(not a Node.js request) 500 internal_error');
      const { refuseMisuse } = await import('./adapter');
      await refuseMisuse(handle, [incoming, outgoing]);
      return;
    }
    if (!incoming.url?.startsWith('/')) {
      refuse(outgoing, 'bad_request');
      logLine(`${incoming.method} 400 bad_request`);
      return;
    }
    // The adapter is loaded with the first request, because a program that only mints does not need the adapter.
    loading ??= import('./adapter').then(({ createAdapter }) => createAdapter(handle, logLine));
    listener ??= await loading;
    await listener(incoming, outgoing, context);
  };
}
