import type { Connect } from '../context/socket';
import { cleanEnvironment } from '../core/clean-environment';

/**
 * Opens WebSockets for the library. This is a separate module, so that bundles that only mint do not contain the code for
 * sessions.
 */
export const connect: Connect = async (url, options) => {
  const { connectSocket } = await import('../network/socket');
  return connectSocket(url, options, cleanEnvironment(process.env));
};
