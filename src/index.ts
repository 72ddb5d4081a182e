import { CliError } from './core/errors';

export type { ErrorCode } from './core/error-codes';
export type { Access } from './core/token';
export type { Segment } from './core/transcript';
export { type NodeListener, toListener as toNodeListener } from './endpoint/listener';
export { type MintedToken, type MintTokenOptions, mintToken } from './library/mint-token';
export { type TestTokenOptions, type TestTokenResult, testToken } from './library/test-token';
export {
  type CallerCeiling,
  type CallerExtra,
  type CallerLimit,
  createTokenHandler,
  formatLogLine,
  type LogEntry,
  type TokenHandler,
  type TokenHandlerOptions,
} from './library/token-handler';

/**
 * What the functions of this package throw. `code` says what went wrong and stays as it is; `message` says it in words, and
 * `hint`, in the words of the command line, what fixes it. Neither has a key or a token in it.
 */
export type TokenError = CliError;

/**
 * @example
 * try {
 *   await mintToken({ apiKey });
 * } catch (error) {
 *   if (isTokenError(error) && error.code === 'key_refused') replaceTheKey();
 *   else throw error;
 * }
 */
export function isTokenError(error: unknown): error is TokenError {
  return error instanceof CliError;
}
