export type { Access } from '../core/token';
export {
  type EndpointCode,
  type EndpointError,
  type EndpointToken,
  type Token,
  TokenSourceError,
} from './answer';
export {
  createTokenSource,
  type PageClock,
  type RequestHeaders,
  type TokenSource,
  type TokenSourceOptions,
} from './token-source';
