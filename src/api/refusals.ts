import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import { WITHHELD, type Withhold } from '../core/withhold';
import { REASONS } from './protocol';

const MAX_QUOTED = 200;

/** The credential of a request. With kind `none`, no Authorization header is sent; the secret may be in the query instead. */
export interface Credential {
  readonly kind: 'key' | 'token' | 'none';
  readonly secret: Secret;
}

/** Returns a sentence that quotes the service's error text, shortened. Returns '' if the service sent no text. */
export function quoteError(text: string | null, withhold: Withhold): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return '';
  // Check the full text before shortening it. A shortened secret would not be recognised, and a part of it would be shown.
  if (withhold(trimmed) === WITHHELD) return ` The service says: ${WITHHELD}`;
  const short = trimmed.length > MAX_QUOTED ? `${trimmed.slice(0, MAX_QUOTED)}...` : trimmed;
  return ` The service says: "${short}"`;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  [REASONS.credentialMissing]: 'token_refused',
  [REASONS.credentialUnknown]: 'token_refused',
  [REASONS.tokenExpired]: 'token_expired',
  [REASONS.tokenSpent]: 'token_spent',
  [REASONS.tokenReadonly]: 'token_scope',
  [REASONS.audioUnreachable]: 'audio_unreachable',
  [REASONS.audioInvalid]: 'audio_unreachable',
  [REASONS.durationGuard]: 'duration_guard',
};

/** Returns the error code for the service's error text. Undefined if the text is not exactly one of the known texts. */
export function codeOfReason(text: string | null): ErrorCode | undefined {
  return text !== null && Object.hasOwn(CODES, text) ? CODES[text] : undefined;
}

export type TokenCode = 'token_refused' | 'token_expired' | 'token_spent' | 'token_scope';

const TOKEN_TEXTS: Readonly<Record<TokenCode, readonly [message: string, hint: string]>> = {
  token_refused: [
    'The service does not accept the auth token: it is unknown, expired or used up.',
    'Mint a new token, and use it within its lifetime: vstoken mint',
  ],
  token_expired: [
    'The auth token expired before it was used.',
    'Use the token sooner, or mint a token with a longer lifetime (at most 120 s): vstoken mint --lifetime 60s',
  ],
  token_spent: [
    'The one-time auth token was already used.',
    'Mint a new token for every use: vstoken mint. For a token that can be reused: vstoken mint --no-one-time',
  ],
  token_scope: [
    'The access of the auth token does not allow this request.',
    'Billable work, such as a transcription, needs a readwrite token: vstoken mint --access readwrite',
  ],
};

export function isTokenCode(code: ErrorCode | undefined): code is TokenCode {
  return code !== undefined && Object.hasOwn(TOKEN_TEXTS, code);
}

/**
 * Returns the error for a token that the service refused.
 * @param code the result of `codeOfReason` for the service's error text; undefined if the text is unknown
 */
export function tokenRefusal(
  httpStatus: number | undefined,
  code: ErrorCode | undefined,
  says: string,
): CliError {
  const generic = httpStatus === 403 ? 'token_scope' : 'token_refused';
  const exact = isTokenCode(code) ? code : generic;
  const [message, hint] = TOKEN_TEXTS[exact];
  return new CliError(exact, `${message}${exact === code ? '' : says}`, { hint, httpStatus });
}
