import { toCliError } from './errors';
import { hintOf, isSharedCode, type SharedCode } from './token-hints';

/** The same in every copy of the package, so that each knows the errors of the others. */
const BRAND = Symbol.for('vocalstack-token.TokenError');

/** Every `code` of a `TokenError`. New versions may have new ones. */
export type ErrorCode = SharedCode | OwnCode;

/** Those that no command has. */
type OwnCode = 'client_closed' | 'unsupported_runtime';

export interface TokenErrorDetails {
  readonly hint?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * What the functions of this package throw. Nothing in it, its `cause` included, has a key or a token in it: it may be logged.
 * `instanceof` also knows one of another copy of the package, as `isTokenError` does.
 */
export class TokenError extends Error {
  /** What went wrong. It stays the same from version to version. */
  readonly code: ErrorCode;
  /** What fixes it. */
  declare readonly hint?: string;
  /** Of the answer, where a server answered. */
  declare readonly httpStatus?: number;
  /** How long the server asked to wait before another try. */
  declare readonly retryAfterMs?: number;

  constructor(code: ErrorCode, message: string, details: TokenErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    const { hint, httpStatus, retryAfterMs } = details;
    // What is not known is no member: an error that nobody catches is printed with all that it has.
    const known = Object.entries({ hint, httpStatus, retryAfterMs });
    Object.assign(this, Object.fromEntries(known.filter(([, value]) => value !== undefined)));
  }

  /** What `JSON.stringify` shows. */
  toJSON(): { readonly code: ErrorCode; readonly message: string; readonly hint?: string } {
    const { code, message, hint } = this;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
}

Object.defineProperty(TokenError, Symbol.hasInstance, {
  // A class that extends it has instances of its own.
  value(this: unknown, error: unknown): boolean {
    return this === TokenError
      ? isTokenError(error)
      : Function.prototype[Symbol.hasInstance].call(this as typeof TokenError, error);
  },
});

// On the prototype, where the stack finds the name while it is made.
Object.defineProperties(TokenError.prototype, {
  name: { value: 'TokenError', writable: true, configurable: true },
  [BRAND]: { value: true },
});

/**
 * Whether something that was thrown is a `TokenError`, of this or of another copy of the package.
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
 * What the library throws for an error of ours.
 * @param thrown with a cause that may be shown, or none: see `withSafeCause`
 */
export function toTokenError(thrown: unknown): TokenError {
  if (isTokenError(thrown)) return thrown;
  const error = toCliError(thrown);
  if (!isSharedCode(error.code)) return toTokenError(toCliError(null));
  const { code, message, libraryHint, httpStatus, retryAfterMs, cause } = error;
  const hint = hintOf(code, libraryHint);
  return new TokenError(code, message, { hint, httpStatus, retryAfterMs, cause });
}
