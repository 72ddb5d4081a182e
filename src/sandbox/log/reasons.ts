import { REASONS } from '../../api/protocol';
import type { Refusal } from '../refusal';

const BY_REASON: Readonly<Record<string, string>> = {
  [REASONS.credentialMissing]: 'credential_missing',
  [REASONS.credentialUnknown]: 'credential_unknown',
  [REASONS.tokenExpired]: 'token_expired',
  [REASONS.tokenSpent]: 'token_spent',
  [REASONS.tokenReadonly]: 'token_readonly',
  [REASONS.tokenCannotMint]: 'token_cannot_mint',
  [REASONS.audioUnreachable]: 'audio_unreachable',
  [REASONS.audioInvalid]: 'audio_invalid',
  [REASONS.durationGuard]: 'duration_guard',
};

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  409: 'conflict',
  413: 'too_large',
  421: 'wrong_host',
  422: 'unprocessable',
  431: 'headers_too_large',
  500: 'internal_error',
  503: 'busy',
};

/** Returns the stable code of a refusal, for programs that read the log. */
export function codeOf({ code, message, httpCode }: Refusal): string {
  return code ?? BY_REASON[message] ?? BY_STATUS[httpCode] ?? 'error';
}

/** Returns the reason of a refusal for the log: the message to the client, and a detail that the client does not get. */
export function reasonOf({ message, detail }: Refusal): string {
  const told = message === REASONS.tokenReadonly ? 'the token is readonly' : message;
  return detail === undefined ? told : `${told}: ${detail}`;
}
