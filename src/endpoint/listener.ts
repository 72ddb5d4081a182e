import type { Handler, NodeListener } from './given';
import { callQuietly } from './guard';
import { refuse } from './send';

export type { NodeListener } from './given';

/**
 * Mounts a handler of standard requests on a server of Node.js.
 * @param log takes a line for what cannot be handed on
 */
export function toListener(handle: Handler, log?: (line: string) => unknown): NodeListener {
  const note = (line: string) => callQuietly(log, line);
  let loading: Promise<NodeListener> | undefined;
  let listener: NodeListener | undefined;
  return async (incoming, outgoing, given) => {
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
