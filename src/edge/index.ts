import { refuse } from './refuse';

// Exports the same names as src/index.ts, for bundlers of edge runtimes.
export { isTokenError, TokenError } from '../core/token-error';
export { formatLogLine } from '../endpoint/log-entry';

export const createClient = () => refuse('createClient');
export const createTokenHandler = () => refuse('createTokenHandler');
export const mintToken = async () => refuse('mintToken');
export const testToken = async () => refuse('testToken');
export const toNodeListener = () => refuse('toNodeListener');
