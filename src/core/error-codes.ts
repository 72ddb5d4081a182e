type Entry<Exit extends number> = readonly [Exit, string];

/** Keeps the texts out of the type, which is in the package's type declarations. */
const withoutMeanings = <const Errors extends Readonly<Record<string, Entry<number>>>>(
  errors: Errors,
) => errors as { readonly [Code in keyof Errors]: Entry<Errors[Code][0]> };

/** Every error code of this program, with its exit code and one line of meaning. Loaded only after an error. */
const ERRORS = withoutMeanings({
  internal_error: [1, 'a bug in this program'],

  unknown_command: [2, 'there is no such command'],
  unknown_option: [2, 'the command has no such option'],
  invalid_arguments: [2, 'an argument is missing, or there is one too many'],
  invalid_value: [2, 'an option or variable has a value that is not allowed'],
  conflicting_options: [2, 'two options exclude each other'],
  invalid_server: [2, 'the API server is not an http(s) origin'],
  insecure_server: [2, 'plain http is for loopback servers only'],
  prompt_impossible: [
    2,
    'a question would have to be asked, and there is no terminal to ask it in',
  ],
  not_in_github_actions: [2, '-o github and --report github are for steps of GitHub Actions'],
  audio_file_unusable: [2, 'the audio file cannot be read, is empty, or is too large'],
  input_file_unusable: [2, 'the body of a call cannot be read, is not UTF-8, or is too large'],
  stdin_is_terminal: [2, 'a secret was to come from a pipe, and standard input is a terminal'],

  output_unwritable: [3, 'the output could not be written'],
  key_file_unreadable: [3, 'the file with the API key could not be read'],
  tls_verification_disabled: [3, 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set'],
  proxy_invalid: [3, 'a proxy variable names no proxy that can be used'],
  ca_file_unusable: [3, 'a file or folder of certificates that a variable names cannot be used'],
  config_corrupt: [3, 'the settings file is damaged'],
  config_newer: [3, 'the settings file is of another version of this program'],
  config_unsafe: [3, 'others could read or change the stored keys'],
  config_unreadable: [3, 'the settings file cannot be read'],
  config_unwritable: [3, 'the settings cannot be written'],
  config_locked: [3, 'another process holds the settings'],
  no_key_store: [3, 'there is no keychain, and no other store was chosen'],
  keychain_absent: [3, 'there is no keychain on this machine'],
  keychain_not_installed: [3, 'the optional package that reaches the keychain is not installed'],
  keychain_broken: [3, 'the package that reaches the keychain cannot be used'],
  keychain_locked: [3, 'the keychain is locked'],
  keychain_frozen: [3, 'the keychain does not answer'],
  keychain_failed: [3, 'the keychain refused or lost the key'],
  passphrase_wrong: [3, 'the passphrase does not open the stored key'],
  passphrase_unreadable: [3, 'the passphrase could not be read, or cannot be one'],
  page_not_installed: [3, 'the files of the page of serve --page are missing'],
  no_clipboard: [3, 'there is no way to the clipboard from here'],
  cannot_listen: [3, 'the port is taken or may not be used'],
  not_enough_memory: [3, 'there is too little memory'],
  too_many_open_files: [3, 'this process, or the system, may open no more files'],
  stdin_unreadable: [3, 'standard input could not be read'],
  doctor_failed: [3, 'vstoken doctor found something that is wrong'],
  sdk_missing: [3, 'the official SDK is not installed here'],
  sdk_broken: [3, 'the official SDK that was found cannot be used'],

  no_key: [4, 'no API key was found'],
  unknown_profile: [4, 'there is no such profile'],
  key_empty: [4, 'the API key that was given is empty'],
  key_malformed: [4, 'the API key that was given cannot be one'],
  key_command_failed: [4, 'the command that gives the API key failed, or gave none'],
  key_refused: [4, 'the service refused the API key'],
  no_token: [4, 'no auth token was given'],
  token_malformed: [4, 'the auth token that was given cannot be one'],
  token_refused: [4, 'the service does not accept the auth token'],
  token_expired: [4, 'the auth token outlived its lifetime before it was used'],
  token_spent: [4, 'the one-time auth token was used before'],
  token_for_other_server: [4, 'the auth token was minted for another server'],
  not_a_token: [4, 'what was handed in is no auth token'],

  token_scope: [5, 'the access of the auth token does not allow this'],
  forbidden: [5, 'the service does not allow this to the API key'],
  key_for_other_server: [5, 'the stored key belongs to another server'],

  dns_failed: [6, 'the name of the server could not be resolved'],
  connection_refused: [6, 'nothing listens at the address of the server'],
  connection_failed: [6, 'the server could not be reached'],
  connection_reset: [6, 'the server dropped the connection before it answered'],
  connection_lost: [6, 'the connection went silent'],
  tls_failed: [6, 'no trusted TLS connection could be made'],
  proxy_failed: [6, 'the proxy could not be reached, or opened no connection'],
  proxy_auth_required: [6, 'the proxy asks for another login than it got'],
  timeout: [6, 'the deadline passed'],
  closed_early: [6, 'the session was closed before it was finished'],
  upgrade_refused: [6, 'something on the way does not pass WebSockets'],
  session_not_confirmed: [6, 'the server never confirmed the session'],

  rate_limited: [7, 'the service asks to wait (429)'],
  service_error: [7, 'the service failed (5xx)'],
  redirected: [7, 'the server answered with a redirect, which is never followed'],
  request_rejected: [7, 'the service rejected the request (any other 4xx)'],
  minting_unavailable: [7, 'the server no longer mints tokens in the way this program knows'],
  invalid_response: [7, 'the answer of the server could not be understood'],
  response_too_large: [7, 'the answer of the server was larger than any honest one'],
  not_vocalstack: [7, 'the server does not seem to be VocalStack'],
  api_version_missing: [7, 'the answer carried no readable API version'],
  api_version_too_low: [7, 'the server speaks an API older than this program needs'],
  api_discontinued: [7, 'the service has switched this version of its API off'],
  sdk_failed: [7, 'the official SDK failed, and gave no reason'],

  transcription_failed: [8, 'the service reported an error during the transcription'],
  audio_unreachable: [8, 'the service could not fetch the audio, or it is not audio'],
  duration_guard: [8, 'the audio does not have the length that the request demands'],
  not_audio: [8, 'the file is not audio'],
  nothing_recognised: [8, 'the transcription finished without a word'],
  too_slow: [8, 'a step of the test took longer than --budget allows'],
  expectation_not_met: [8, 'the transcript does not contain the expected text'],

  promise_mended: [9, 'a promise that --expect-broken names is kept'],
  promise_broken: [9, 'the service broke a promise about its auth tokens'],

  command_not_executable: [126, 'the command after the -- could not be run'],
  command_not_found: [127, 'the command after the -- was not found'],

  interrupted: [130, 'stopped by Ctrl-C (SIGINT)'],
  terminated: [143, 'stopped by SIGTERM'],
});

export type ErrorCode = keyof typeof ERRORS;

/** All exit codes of errors. */
export type ErrorExit = (typeof ERRORS)[ErrorCode][0];

/** The error codes that have one of these exit codes. */
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
