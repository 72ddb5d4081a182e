import { CliError, type ErrorCode } from '../core/errors';
import type { Secret } from '../core/secret';
import { REASONS } from './protocol';

const MAX_QUOTED = 200;

export interface Credential {
  readonly kind: 'key' | 'token';
  readonly secret: Secret;
}

/** The credential is replaced wherever server text repeats it, in any common encoding. */
export function redact(text: string, secret: Secret): string {
  const value = secret.reveal();
  const bytes = Buffer.from(value);
  const forms = [
    value,
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  return forms.reduce((rest, form) => rest.split(form).join('**redacted**'), text);
}

/** A sentence that quotes the service's own error text, cut short and without the credential; empty when there is none. */
export function serviceSays(text: string | null, secret: Secret): string {
  if (text === null || text.trim() === '') return '';
  const safe = redact(text, secret).trim();
  const short = safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}...` : safe;
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
