import type { LoadHttp } from '../network/http';

/**
 * Loads a module of Node.js on first use. With a static import, all code in the same file of the bundle would also load http,
 * https and TLS.
 */
export const loadHttp: LoadHttp = (scheme) =>
  scheme === 'https'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
