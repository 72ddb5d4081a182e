import type { Connect } from '../context/socket';
import { cleanEnvironment } from '../core/clean-environment';

/** Opens WebSockets for the library. By itself, so that who only mints has no code for sessions in a bundle. */
export const connect: Connect = async (url, options) => {
  const { connectSocket } = await import('../network/socket');
  return connectSocket(url, options, cleanEnvironment(process.env));
};
