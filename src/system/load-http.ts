import type { LoadHttp } from '../network/http';

/** Not a static import: everything in the same file of the bundle would load it, and TLS with it. */
export const loadHttp: LoadHttp = (scheme) =>
  scheme === 'https'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
