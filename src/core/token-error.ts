import { toCliError } from './errors';
import { hintOf, isSharedCode, type SharedCode } from './token-hints';

/**
 * Symbol that all copies of the package share. With this symbol, one copy of the package recognises the errors of another copy.
 */
const BRAND = Symbol.for('vocalstack-token.TokenError');

/** All codes of `TokenError`. New versions may add codes. */
export type ErrorCode = SharedCode | OwnCode;

/** Error codes that only the library uses. */
type OwnCode = 'client_closed' | 'unsupported_runtime';

export interface TokenErrorDetails {
  readonly hint?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The error that the functions of this package throw. The error and its `cause` contain no key and no token, so they may be
 * logged. `instanceof` and `isTokenError` also recognise errors of another copy of the package.
 */
export class TokenError extends Error {
  /** What went wrong. Codes stay the same in new versions. */
  readonly code: ErrorCode;
  /** How to fix the error. */
  declare readonly hint?: string;
  /** The HTTP status, if a server answered. */
  declare readonly httpStatus?: number;
  /** How long the server asked the client to wait before the next attempt, in milliseconds. */
  declare readonly retryAfterMs?: number;

  constructor(code: ErrorCode, message: string, details: TokenErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    const { hint, httpStatus, retryAfterMs } = details;
    // Undefined values are not set, because Node.js prints an uncaught error with all its members.
    const known = Object.entries({ hint, httpStatus, retryAfterMs });
    Object.assign(this, Object.fromEntries(known.filter(([, value]) => value !== undefined)));
  }

  /** Called by `JSON.stringify`. */
  toJSON(): { readonly code: ErrorCode; readonly message: string; readonly hint?: string } {
    const { code, message, hint } = this;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
}

Object.defineProperty(TokenError, Symbol.hasInstance, {
  // Subclasses use the normal check of `instanceof`.
  value(this: unknown, error: unknown): boolean {
    return this === TokenError
      ? isTokenError(error)
      : Function.prototype[Symbol.hasInstance].call(this as typeof TokenError, error);
  },
});

// Define the name on the prototype, because the stack trace is created before the error has its own members.
Object.defineProperties(TokenError.prototype, {
  name: { value: 'TokenError', writable: true, configurable: true },
  [BRAND]: { value: true },
});

/**
 * Whether a thrown value is a `TokenError`, of this or another copy of the package.
 * @example
 * try {
 *   await mintToken({ apiKey });
 * } catch (error) {
 *   if (isTokenError(error) && error.code === 'key_refused') replaceTheKey();
 *   else throw error;
 * }
 */
export function isTokenError(error: unknown): error is TokenError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/**
 * Converts an error of this program to a `TokenError`.
 * @param thrown an error without a cause, or with a cause that is safe to show: see `withSafeCause`
 */
export function toTokenError(thrown: unknown): TokenError {
  if (isTokenError(thrown)) return thrown;
  const error = toCliError(thrown);
  if (!isSharedCode(error.code)) return toTokenError(toCliError(null));
  const { code, message, libraryHint, httpStatus, retryAfterMs, cause } = error;
  const hint = hintOf(code, libraryHint);
  return new TokenError(code, message, { hint, httpStatus, retryAfterMs, cause });
}
