import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import { REASONS } from './protocol';

const MAX_QUOTED = 200;
/** Service's own tokens are longer by far. */
const PIECE = 12;

/** Who makes a request. With `none` no header says so, and `secret` is what no text may repeat. */
export interface Credential {
  readonly kind: 'key' | 'token' | 'none';
  readonly secret: Secret;
}

/** What of a text's base64 form is the same wherever it stands in a longer text: its ends depend on their neighbours. */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return encoded.replace(/=+$/, '').slice(offset === 0 ? 0 : offset + 1, -1);
  });
}

/** Whether a text holds a credential or a piece of one, in any of the forms in which servers and proxies like to repeat it. */
export function repeats(text: string, secret: Secret): boolean {
  const value = secret.reveal();
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const base64 = base64Cores(bytes);
  const forms = [
    value,
    [...value].reverse().join(''),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return forms.some((form) => form !== '' && sharesPiece(text, form));
}

/** Whether a text has any piece of a form that is long enough to be of use, or all of a shorter one. */
function sharesPiece(text: string, form: string): boolean {
  const length = Math.min(PIECE, form.length);
  for (let at = 0; at + length <= text.length; at += 1) {
    if (form.includes(text.slice(at, at + length))) return true;
  }
  return false;
}

/** A sentence that quotes the service's own error text, cut short; empty when there is none or it repeats the credential. */
export function serviceSays(text: string | null, secret: Secret): string {
  const trimmed = text?.trim() ?? '';
  const short = trimmed.length > MAX_QUOTED ? `${trimmed.slice(0, MAX_QUOTED)}...` : trimmed;
  if (short === '' || repeats(short, secret)) return '';
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
