import { refuse } from './refuse';

// Bundlers for edge runtimes use this file instead of src/sandbox/index.ts. It exports the same names.
export { isTokenError, TokenError } from '../core/token-error';
export { FAULTS } from '../sandbox/faults';

export const startSandbox = async () => refuse('startSandbox');
