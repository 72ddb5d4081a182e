import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import { WITHHELD, type Withhold } from '../core/withhold';
import { REASONS } from './protocol';

const MAX_QUOTED = 200;

/** Who makes a request. With `none` no header says so, and `secret` goes another way, if there is any. */
export interface Credential {
  readonly kind: 'key' | 'token' | 'none';
  readonly secret: Secret;
}

/** A sentence that quotes the service's error text, cut short. Empty when the service sent no text. */
export function serviceSays(text: string | null, withhold: Withhold): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return '';
  // Before it is cut, so that no part of a secret is left.
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

/** The code that an error text stands for, by an exact match alone. */
export function codeOfReason(text: string | null): ErrorCode | undefined {
  return text !== null && Object.hasOwn(CODES, text) ? CODES[text] : undefined;
}

export type TokenCode = 'token_refused' | 'token_expired' | 'token_spent' | 'token_scope';

const TOKEN_TEXTS: Readonly<Record<TokenCode, readonly [message: string, hint: string]>> = {
  token_refused: [
    'The service does not accept the auth token: it is unknown, expired or used up.',
    'Mint a fresh one, and use it within its lifetime: vstoken mint',
  ],
  token_expired: [
    'The auth token had outlived its lifetime before it was used.',
    'Use it sooner, or mint one that lives longer (120 s at most): vstoken mint --lifetime 60s',
  ],
  token_spent: [
    'The auth token works once, and was used before.',
    'Mint a fresh one for every use: vstoken mint. Or one that can be reused: vstoken mint --no-one-time',
  ],
  token_scope: [
    'The access of the auth token does not allow this.',
    'Billable work, transcriptions among it, needs a readwrite token: vstoken mint --access readwrite',
  ],
};

export function isTokenCode(code: ErrorCode | undefined): code is TokenCode {
  return code !== undefined && Object.hasOwn(TOKEN_TEXTS, code);
}

/**
 * Why a token was refused.
 * @param code what the service's text stands for, if it is known
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
