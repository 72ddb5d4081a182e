import { toCliError } from './errors';
import { hintOf, isSharedCode, type SharedCode } from './token-hints';

/** A symbol that all copies of the package share, so that each recognises the others' errors. */
const BRAND = Symbol.for('vocalstack-token.TokenError');

/** All codes of `TokenError`. New versions may add some. */
export type ErrorCode = SharedCode | OwnCode;

/** Error codes that only the library has. */
type OwnCode = 'client_closed' | 'unsupported_runtime';

export interface TokenErrorDetails {
  readonly hint?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The error of this package's functions. It contains no key and no token, also in its `cause`: it may be logged. `instanceof` and
 * `isTokenError` also recognise errors of another copy of the package.
 */
export class TokenError extends Error {
  /** What went wrong. Codes stay the same in new versions. */
  readonly code: ErrorCode;
  /** How to fix it. */
  declare readonly hint?: string;
  /** The HTTP status, if a server answered. */
  declare readonly httpStatus?: number;
  /** How long the server asked the client to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;

  constructor(code: ErrorCode, message: string, details: TokenErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    const { hint, httpStatus, retryAfterMs } = details;
    // Unknown values are not set, since an uncaught error is printed with all its members.
    const known = Object.entries({ hint, httpStatus, retryAfterMs });
    Object.assign(this, Object.fromEntries(known.filter(([, value]) => value !== undefined)));
  }

  /** The JSON of the error. */
  toJSON(): { readonly code: ErrorCode; readonly message: string; readonly hint?: string } {
    const { code, message, hint } = this;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
}

Object.defineProperty(TokenError, Symbol.hasInstance, {
  // Subclasses use the normal check.
  value(this: unknown, error: unknown): boolean {
    return this === TokenError
      ? isTokenError(error)
      : Function.prototype[Symbol.hasInstance].call(this as typeof TokenError, error);
  },
});

// On the prototype, since the stack is created before own members exist.
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
 * Converts our own error to an error of the library.
 * @param thrown an error whose cause is safe to show, or missing: see `withSafeCause`
 */
export function toTokenError(thrown: unknown): TokenError {
  if (isTokenError(thrown)) return thrown;
  const error = toCliError(thrown);
  if (!isSharedCode(error.code)) return toTokenError(toCliError(null));
  const { code, message, libraryHint, httpStatus, retryAfterMs, cause } = error;
  const hint = hintOf(code, libraryHint);
  return new TokenError(code, message, { hint, httpStatus, retryAfterMs, cause });
}
