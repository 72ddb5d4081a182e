type Entry<Exit extends number> = readonly [Exit, string];

/**
 * Returns the table unchanged, with a type that does not contain the meanings. Reason: the type declarations of the package
 * contain this type, and should not repeat all meanings.
 */
const withoutMeanings = <const Errors extends Readonly<Record<string, Entry<number>>>>(
  errors: Errors,
) => errors as { readonly [Code in keyof Errors]: Entry<Errors[Code][0]> };

/** All error codes, each with its exit code and its meaning. `withoutMeanings` omits the meanings only from the type. */
const ERRORS = withoutMeanings({
  internal_error: [1, 'a bug in this program'],

  unknown_command: [2, 'there is no such command'],
  unknown_option: [2, 'the command has no such option'],
  invalid_arguments: [2, 'an argument is missing, or there are too many arguments'],
  invalid_value: [2, 'the value of an option or variable is not allowed'],
  conflicting_options: [2, 'two options cannot be used together'],
  invalid_server: [2, 'the API server is not an http(s) origin'],
  insecure_server: [2, 'plain http is allowed only for servers on this machine'],
  prompt_impossible: [2, 'the command must ask a question, but there is no terminal'],
  not_in_github_actions: [2, '-o github and --report github work only in a step of GitHub Actions'],
  audio_file_unusable: [2, 'the audio file cannot be read, is empty, or is too large'],
  input_file_unusable: [2, 'the body of the request cannot be read, is not UTF-8, or is too large'],
  stdin_is_terminal: [2, 'a secret must come from a pipe, but standard input is a terminal'],

  output_unwritable: [3, 'the output could not be written'],
  key_file_unreadable: [3, 'the file with the API key could not be read'],
  tls_verification_disabled: [3, 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set'],
  proxy_invalid: [3, 'the value of a proxy variable is not a usable proxy address'],
  ca_file_unusable: [
    3,
    'a certificate file or folder cannot be used (its path is set in an environment variable)',
  ],
  config_corrupt: [3, 'the settings file is damaged'],
  config_newer: [3, 'the settings file was written by another version of this program'],
  config_unsafe: [3, 'other users could read or change the stored keys'],
  config_unreadable: [3, 'the settings file cannot be read'],
  config_unwritable: [3, 'the settings cannot be written'],
  config_locked: [3, 'another process has locked the settings'],
  no_key_store: [3, 'no keychain can be used, and no other key store was chosen'],
  keychain_absent: [3, 'there is no keychain on this machine'],
  keychain_not_installed: [3, 'the optional package for the keychain is not installed'],
  keychain_broken: [3, 'the package for the keychain cannot be used'],
  keychain_locked: [3, 'the keychain is locked'],
  keychain_frozen: [3, 'the keychain does not answer'],
  keychain_failed: [3, 'the keychain denied access, or lost the key'],
  passphrase_wrong: [3, 'the passphrase could not decrypt the stored key'],
  passphrase_unreadable: [3, 'the passphrase could not be read, or is not valid'],
  page_not_installed: [3, 'the files for the page of serve --page are missing'],
  no_clipboard: [3, 'no clipboard can be used on this machine'],
  cannot_listen: [3, 'the port is in use, or this user may not use it'],
  not_enough_memory: [3, 'this machine or container has too little memory'],
  too_many_open_files: [3, 'this process, or the system, has too many open files'],
  stdin_unreadable: [3, 'standard input could not be read'],
  doctor_failed: [3, 'vstoken doctor found a problem'],
  sdk_missing: [3, 'the official SDK is not installed in this project'],
  sdk_broken: [3, 'the official SDK that was found cannot be used'],

  no_key: [4, 'no API key was found'],
  unknown_profile: [4, 'there is no such profile'],
  key_empty: [4, 'the given API key is empty'],
  key_malformed: [4, 'the given text is not an API key'],
  key_command_failed: [4, 'the command for the API key failed, or printed no key'],
  key_refused: [4, 'the service refused the API key'],
  no_token: [4, 'no auth token was given'],
  token_malformed: [4, 'the given text is not an auth token'],
  token_refused: [4, 'the service does not accept the auth token'],
  token_expired: [4, 'the auth token expired before it was used'],
  token_spent: [4, 'the one-time auth token was already used'],
  token_for_other_server: [4, 'the auth token was minted for another server'],
  not_a_token: [4, 'the given text contains no auth token'],

  token_scope: [5, 'the access of the auth token does not allow this request'],
  forbidden: [5, 'the service does not allow this request with this API key'],
  key_for_other_server: [5, 'the stored key belongs to another server'],

  dns_failed: [6, 'the name of the server could not be resolved'],
  connection_refused: [6, 'nothing is listening at the address of the server'],
  connection_failed: [6, 'the server could not be reached'],
  connection_reset: [6, 'the server closed the connection before it answered'],
  connection_lost: [6, 'the open connection stopped responding'],
  tls_failed: [6, 'no trusted TLS connection could be made'],
  proxy_failed: [6, 'the proxy could not be reached, or did not connect to the server'],
  proxy_auth_required: [6, 'the proxy requires a user and a password, or rejected the given ones'],
  timeout: [6, 'the time limit was reached'],
  closed_early: [6, 'the session was closed before it was complete'],
  upgrade_refused: [6, 'a WebSocket connection could not be opened'],
  session_not_confirmed: [6, 'the server never confirmed the session'],

  rate_limited: [7, 'the service is rate limiting (429)'],
  service_error: [7, 'the service failed (5xx)'],
  redirected: [7, 'the server answered with a redirect, which vstoken never follows'],
  request_rejected: [7, 'the service rejected the request (4xx, if no other code fits)'],
  minting_unavailable: [7, 'the server no longer supports the way in which vstoken mints tokens'],
  invalid_response: [7, 'the answer of the server could not be read'],
  response_too_large: [7, 'the answer of the server is too large'],
  not_vocalstack: [7, 'the server does not seem to be VocalStack'],
  api_version_missing: [7, 'the answer has no valid API version'],
  api_version_too_low: [7, 'the API version of the server is too old for this program'],
  api_discontinued: [7, 'the service no longer supports the API version that vstoken uses'],
  sdk_failed: [7, 'the official SDK failed, and gave no reason'],

  transcription_failed: [8, 'the service reported an error during the transcription'],
  audio_unreachable: [8, 'the service could not fetch the audio, or the file is not audio'],
  duration_guard: [8, 'the audio does not have the length that the request requires'],
  not_audio: [8, 'the file is not audio'],
  nothing_recognised: [8, 'the transcription contains no words'],
  too_slow: [8, 'a step of the test took longer than --budget allows'],
  expectation_not_met: [8, 'the transcript does not contain the expected text'],

  promise_mended: [9, 'the service keeps a promise that --expect-broken lists as broken'],
  promise_broken: [9, 'the service broke a promise about its auth tokens'],

  command_not_executable: [126, 'the command after -- could not be run'],
  command_not_found: [127, 'the command after -- was not found'],

  interrupted: [130, 'stopped by Ctrl-C (SIGINT)'],
  terminated: [143, 'stopped by SIGTERM'],
});

export type ErrorCode = keyof typeof ERRORS;

export type ErrorExit = (typeof ERRORS)[ErrorCode][0];

export type ErrorCodeOf<Exit extends ErrorExit> = {
  [Code in ErrorCode]: (typeof ERRORS)[Code][0] extends Exit ? Code : never;
}[ErrorCode];

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

export function exitCodeOf(code: ErrorCode): number {
  return ERRORS[code][0];
}

export function meaningOf(code: ErrorCode): string {
  return ERRORS[code][1];
}
