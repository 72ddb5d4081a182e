import type { LoadHttp } from '../network/http';

/** Not by an import: whatever stands in the same file of the bundle would load it, too, and TLS with it. */
export const loadHttp: LoadHttp = (scheme) =>
  scheme === 'https'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
