/**
 * Error codes of the command line that the library also uses. They are listed here, because a type made from `HINTS` would add
 * all texts to the type declarations.
 */
export type SharedCode =
  | 'internal_error'
  | 'invalid_value'
  | 'invalid_server'
  | 'insecure_server'
  | 'cannot_listen'
  | 'not_enough_memory'
  | 'too_many_open_files'
  | 'proxy_invalid'
  | 'ca_file_unusable'
  | 'key_empty'
  | 'key_malformed'
  | 'key_refused'
  | 'no_token'
  | 'token_malformed'
  | 'token_refused'
  | 'token_expired'
  | 'token_spent'
  | 'token_scope'
  | 'forbidden'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_failed'
  | 'connection_reset'
  | 'connection_lost'
  | 'tls_failed'
  | 'proxy_failed'
  | 'proxy_auth_required'
  | 'timeout'
  | 'closed_early'
  | 'upgrade_refused'
  | 'session_not_confirmed'
  | 'rate_limited'
  | 'service_error'
  | 'redirected'
  | 'request_rejected'
  | 'minting_unavailable'
  | 'invalid_response'
  | 'response_too_large'
  | 'not_vocalstack'
  | 'api_version_missing'
  | 'api_version_too_low'
  | 'api_discontinued'
  | 'transcription_failed'
  | 'audio_unreachable'
  | 'duration_guard'
  | 'nothing_recognised';

const UPDATE = 'Update the package vocalstack-token, because the service may have changed.';
const AGAIN = 'Try again. Nothing was transcribed, so nothing was billed.';
const SERVER = 'Check the option apiServer. Its default is https://api.vocalstack.com.';

/**
 * How to fix each error, for developers who use the library. Null means that the library shows the error's own hint. That hint
 * also suits the library, because it names no command or option of the command line.
 */
const HINTS: Readonly<Record<SharedCode, string | null>> = {
  internal_error: 'Please report this error, with its cause and the version of vocalstack-token.',
  invalid_value: null,
  invalid_server: null,
  insecure_server: null,
  cannot_listen:
    'Stop the program that uses the port, or choose another port with the option port; 0 picks a free port.',
  not_enough_memory: 'Stop other programs, or give the container more memory.',
  too_many_open_files:
    'Raise the limit of open files for this process, or call fewer functions at the same time.',
  proxy_invalid: null,
  ca_file_unusable: null,

  key_empty: 'Check that the variable or secret for apiKey exists in this environment.',
  key_malformed: null,
  key_refused: null,
  no_token: 'Pass the token that mintToken returned.',
  token_malformed: null,
  token_refused: 'Mint a new token with mintToken, and use it within its lifetime.',
  token_expired: 'Use the token sooner, or mint it with a longer lifetimeS (at most 120).',
  token_spent:
    'Mint a new token for each use, or a token that works more than once, with oneTime: false.',
  token_scope: "Mint the token with access: 'readwrite'. Transcriptions and sessions require it.",
  forbidden: null,

  dns_failed: 'Check the host in apiServer, and the DNS of this machine.',
  connection_refused: 'Check the host and port in apiServer, and that the server is running.',
  connection_failed: null,
  connection_reset: null,
  connection_lost: null,
  tls_failed: null,
  proxy_failed: null,
  proxy_auth_required: null,
  timeout: 'Try again, or allow more time with the option timeoutMs.',
  closed_early: null,
  upgrade_refused:
    "A proxy, firewall or gateway may block WebSockets. testToken with the mode 'read' uses no WebSocket.",
  session_not_confirmed: AGAIN,

  rate_limited: null,
  service_error: null,
  redirected:
    'Redirects are never followed, so that no secret goes to another server. Set apiServer to the server that answers without a redirect.',
  request_rejected: UPDATE,
  minting_unavailable: `${UPDATE} The API key is not the cause. Check apiServer too.`,
  invalid_response: `${SERVER} ${UPDATE}`,
  response_too_large: SERVER,
  not_vocalstack: SERVER,
  api_version_missing: null,
  api_version_too_low: null,
  api_discontinued: UPDATE,

  transcription_failed: null,
  audio_unreachable: null,
  duration_guard: null,
  nothing_recognised: 'Check that the audio contains speech, and check its language.',
};

export function isSharedCode(code: string): code is SharedCode {
  return Object.hasOwn(HINTS, code);
}

/**
 * Returns the hint for callers of the library.
 * @param own the hint of the error itself
 */
export function hintOf(code: SharedCode, own: string | undefined): string | undefined {
  return HINTS[code] ?? own;
}

export const SHARED_CODES = Object.keys(HINTS) as readonly SharedCode[];
