import { refuse } from './refuse';

// Bundlers for edge runtimes use this file instead of src/index.ts. It exports the same names.
export { isTokenError, TokenError } from '../core/token-error';
export { formatLogLine } from '../endpoint/log-entry';

export const createClient = () => refuse('createClient');
export const createTokenHandler = () => refuse('createTokenHandler');
export const mintToken = async () => refuse('mintToken');
export const testToken = async () => refuse('testToken');
export const toNodeListener = () => refuse('toNodeListener');
