import { refuse } from './refuse';

// The same names as in src/sandbox/index.ts, for bundlers of edge runtimes.
export { isTokenError, TokenError } from '../core/token-error';
export { FAULTS } from '../sandbox/faults';

export const startSandbox = async () => refuse('startSandbox');
