import { invalid } from '../core/named-options';
import { toTokenError } from '../core/token-error';
import { type Handler, isNodeRequest, type NodeListener } from './given';
import { callQuietly } from './guard';
import { refuse } from './send';

export type { NodeListener } from './given';

/**
 * Mounts a handler of standard requests on a server of Node.js.
 * @param log takes a line for what cannot be handed on, with what a handler of yours threw
 * @throws TokenError `invalid_value` without a handler, and for a log that is no function
 */
export function toListener(
  handle: Handler,
  log?: (line: string, error?: unknown) => unknown,
): NodeListener {
  if (typeof handle !== 'function') throw toTokenError(invalid('toNodeListener takes a handler.'));
  if (log !== undefined && typeof log !== 'function') {
    throw toTokenError(invalid('The log of toNodeListener is a function.'));
  }
  const note = (line: string, error?: unknown) => callQuietly(() => log?.(line, error), null);
  let loading: Promise<NodeListener> | undefined;
  let listener: NodeListener | undefined;
  return async (incoming, outgoing, given) => {
    if (!isNodeRequest(incoming, outgoing)) {
      note('(no request of Node.js) 500 internal_error');
      const { refuseMisuse } = await import('./adapter');
      await refuseMisuse(handle, [incoming, outgoing]);
      return;
    }
    if (!incoming.url?.startsWith('/')) {
      refuse(outgoing, 'bad_request');
      note(`${incoming.method} 400 bad_request`);
      return;
    }
    // On demand: whoever only mints needs no server.
    loading ??= import('./adapter').then(({ createAdapter }) => createAdapter(handle, note));
    listener ??= await loading;
    await listener(incoming, outgoing, given);
  };
}
