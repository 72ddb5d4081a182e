import type { Connect } from '../context/socket';
import { cleanEnvironment } from '../core/clean-environment';

/** Opens WebSockets for the library. In its own module, so that bundles that only mint do not contain session code. */
export const connect: Connect = async (url, options) => {
  const { connectSocket } = await import('../network/socket');
  return connectSocket(url, options, cleanEnvironment(process.env));
};
