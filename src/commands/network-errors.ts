import type { ErrorCode } from '../core/errors';

/** What every command that talks to a server can end with. */
export const NETWORK_ERRORS: readonly ErrorCode[] = [
  'invalid_server',
  'insecure_server',
  'tls_verification_disabled',
  'dns_failed',
  'connection_refused',
  'connection_failed',
  'connection_reset',
  'tls_failed',
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

/** What every command can end with, whatever it does. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'unknown_option',
  'invalid_arguments',
  'invalid_value',
  'conflicting_options',
  'output_unwritable',
  'interrupted',
  'terminated',
  'internal_error',
];
