import { refuse } from './refuse';

// Exports the same names as src/sandbox/index.ts, for bundlers of edge runtimes.
export { isTokenError, TokenError } from '../core/token-error';
export { FAULTS } from '../sandbox/faults';

export const startSandbox = async () => refuse('startSandbox');
