export type { Access } from './core/token';
export { type ErrorCode, isTokenError, TokenError } from './core/token-error';
export type { Segment } from './core/transcript';
export { type NodeListener, toListener as toNodeListener } from './endpoint/listener';
export {
  type ClientMintOptions,
  type ClientOptions,
  type ClientTestOptions,
  createClient,
  type TokenClient,
} from './library/create-client';
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
