import type { ErrorCode } from '../core/error-codes';

/** Errors of every command that sends requests to a server. */
export const NETWORK_ERRORS: readonly ErrorCode[] = [
  'invalid_server',
  'insecure_server',
  'tls_verification_disabled',
  'proxy_invalid',
  'ca_file_unusable',
  'dns_failed',
  'connection_refused',
  'connection_failed',
  'connection_reset',
  'tls_failed',
  'proxy_failed',
  'proxy_auth_required',
  'timeout',
  'rate_limited',
  'service_error',
  'redirected',
  'request_rejected',
  'invalid_response',
  'response_too_large',
  'not_vocalstack',
  'api_version_missing',
  'api_version_too_low',
  'api_discontinued',
];

/** Additional errors of every command that mints. */
export const MINT_ERRORS: readonly ErrorCode[] = [
  'key_refused',
  'forbidden',
  'minting_unavailable',
];

/** Additional errors of every command that uses a token. */
export const USE_ERRORS: readonly ErrorCode[] = [
  'token_refused',
  'token_expired',
  'token_spent',
  'token_scope',
  'upgrade_refused',
  'session_not_confirmed',
  'closed_early',
  'connection_lost',
];

/** Errors that every command can have. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'unknown_option',
  'invalid_arguments',
  'invalid_value',
  'conflicting_options',
  'output_unwritable',
  'too_many_open_files',
  'not_enough_memory',
  'interrupted',
  'terminated',
  'internal_error',
];

/** A hint for people who put a key or token on the command line. */
export const NO_SECRET_ARGUMENTS =
  'Never pass a key as an argument: other users of this machine can see it, and your shell stores it in its history. Delete the command from the history, and create a new key. Then use vstoken login, or set VOCALSTACK_API_KEY';
