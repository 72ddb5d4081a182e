import { join } from 'node:path';
import type { ErrorCode } from '../../../src/core/error-codes';
import { answer, giantBody, rawBytes, reset, silence } from '../../support/fault-server';
import {
  ANY_KEY,
  ANY_TOKEN,
  against,
  askingProxy,
  beyond,
  CLOSED,
  type Command,
  failing,
  fromTerminal,
  inText,
  intoFullDisk,
  onTakenPort,
  plain,
  type Run,
  readingFrom,
  running,
  served,
  stopped,
  towardsNobody,
  withKeyFile,
  withoutClip,
  withoutPage,
  withSdk,
  withToken,
  withTokenAgainst,
  withTokenOfOtherServer,
} from './exit-runs';
import { ROOT } from './run-binary';
import {
  IN_KEYCHAIN,
  loggingIn,
  PLAINTEXT,
  SEALED,
  withoutFolder,
  withSettings,
} from './stored-runs';

export interface Case {
  readonly command: Command;
  readonly code: ErrorCode;
  readonly exit: number;
  readonly run: Run;
}

const page = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n<p>Not here</p>';
const redirect = 'HTTP/1.1 302 Found\r\nLocation: /there\r\nConnection: close\r\n\r\n';

/** What any command can end with. */
const COMMON: Partial<Record<ErrorCode, Run>> = {
  internal_error: withoutClip,
  unknown_option: plain(['--nope']),
  invalid_arguments: plain(['one', 'two']),
  output_unwritable: intoFullDisk,
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
  key_file_unreadable: withKeyFile(null),
  key_empty: withKeyFile(' \n'),
  key_malformed: withKeyFile('two words'),
};

/** What those can end with that use a stored key. */
const STORED: Partial<Record<ErrorCode, Run>> = {
  key_command_failed: plain([], { VOCALSTACK_API_KEY_COMMAND: 'false' }),
  config_corrupt: withSettings('{'),
  config_newer: withSettings('{"version":2}'),
  config_unsafe: withSettings(PLAINTEXT, [], {}, 0o644),
  config_unreadable: withoutFolder(),
  unknown_profile: withSettings(PLAINTEXT, ['--profile', 'nobody']),
  key_for_other_server: withSettings(PLAINTEXT, ['--api-server', 'http://127.0.0.1:1']),
  keychain_absent: withSettings(IN_KEYCHAIN),
  passphrase_wrong: withSettings(SEALED, [], { VOCALSTACK_PASSPHRASE: 'a passphrase' }),
  passphrase_unreadable: withSettings(SEALED, [], { VOCALSTACK_PASSPHRASE_FILE: '/nowhere' }),
  prompt_impossible: withSettings(SEALED),
};

/** What those can end with that choose a server and a key. */
const CHOOSING = {
  ...COMMON,
  ...STORED,
  invalid_value: plain(['--lifetime', '0']),
  conflicting_options: plain(['--sandbox', '--api-server', 'http://127.0.0.1:1']),
  invalid_server: plain(['--api-server', 'nope']),
  insecure_server: plain(['--api-server', 'http://host.invalid']),
  tls_verification_disabled: plain(['--api-server', 'https://host.invalid'], {
    ...ANY_KEY,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  }),
  no_key: plain([], { VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' }),
} satisfies Partial<Record<ErrorCode, Run>>;

const login = 'HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm="a"\r\n\r\n';

/** What those can end with that go the way that the environment names. */
const WAY = {
  proxy_invalid: beyond({ HTTPS_PROXY: 'socks4://127.0.0.1:1' }),
  ca_file_unusable: beyond({ SSL_CERT_FILE: '/nowhere' }),
  proxy_failed: beyond({ HTTPS_PROXY: 'http://127.0.0.1:1' }),
  proxy_auth_required: askingProxy(rawBytes(login)),
} satisfies Partial<Record<ErrorCode, Run>>;

/** What those can end with that talk to it. */
const CLIENT: Partial<Record<ErrorCode, Run>> = {
  ...CHOOSING,
  ...WAY,
  key_refused: against({}, [], { VOCALSTACK_API_KEY: 'another' }),
  forbidden: failing('mint:403'),
  minting_unavailable: failing('mint:404'),
  request_rejected: failing('mint:422'),
  rate_limited: failing('mint:429:retry-after=600'),
  service_error: failing('mint:503:retry-after=600'),
  api_version_missing: failing('version:missing'),
  api_version_too_low: failing('version:low'),
  api_discontinued: failing('version:discontinued'),
  connection_refused: towardsNobody,
  connection_reset: served(reset),
  tls_failed: served(silence, [], true),
  timeout: served(silence, ['--timeout', '700ms']),
  redirected: served(rawBytes(redirect)),
  invalid_response: served(rawBytes('nonsense\r\n\r\n')),
  response_too_large: served(giantBody(1)),
  not_vocalstack: served(rawBytes(page)),
};

/** What those can end with that have --client. */
const SDK: Partial<Record<ErrorCode, Run>> = {
  sdk_missing: withSdk(null),
  sdk_broken: withSdk({ loads: 'throw' }),
  sdk_failed: withSdk({ later: 'throw', hangs: 'rest' }),
};

const proving = (fault: string, timeout = '5s') =>
  failing(fault, '--prove', '--access', 'readwrite', '--timeout', timeout);

const MINT: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  ...SDK,
  prompt_impossible: plain(['--interactive']),
  no_clipboard: plain(['--copy'], { ...CLOSED, CI: '1', PATH: '/nowhere' }),
  not_in_github_actions: inText(['-o', 'github']),
  token_refused: failing('read:401', '--prove'),
  token_expired: proving('token:expired'),
  token_spent: proving('token:spent'),
  token_scope: failing('read:403', '--prove'),
  upgrade_refused: proving('connect:403'),
  session_not_confirmed: proving('session:never-confirm', '5s'),
  closed_early: proving('session:close'),
};

const TEST: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  ...SDK,
  not_in_github_actions: plain(['--report', 'github']),
  stdin_is_terminal: fromTerminal,
  audio_file_unusable: plain(['--file', 'nowhere.wav']),
  not_audio: plain(['--file', join(ROOT, 'README.md')]),
  no_token: plain(['--use-token']),
  token_malformed: plain(['--use-token'], { ...CLOSED, VOCALSTACK_AUTH_TOKEN: 'two words' }),
  not_a_token: plain(['--use-token'], {
    ...CLOSED,
    VOCALSTACK_API_KEY: 'a-key',
    VOCALSTACK_AUTH_TOKEN: 'a-key',
  }),
  token_refused: against({}, ['--use-token'], { VOCALSTACK_AUTH_TOKEN: 'unknown' }),
  token_expired: withToken(async (use, clock) => {
    await clock.advance(10_000);
    return use();
  }),
  token_spent: withToken(async (use) => {
    await use();
    return use();
  }),
  token_for_other_server: withTokenOfOtherServer,
  token_scope: against({}, ['--access', 'readonly']),
  upgrade_refused: failing('connect:401'),
  session_not_confirmed: failing('session:never-confirm', '--timeout', '5s'),
  closed_early: failing('stream:close'),
  transcription_failed: failing('transcribe:error'),
  audio_unreachable: against({}, ['http://127.0.0.1:1/a.wav']),
  duration_guard: failing('transcribe:duration-guard'),
  nothing_recognised: failing('transcribe:nothing'),
  expectation_not_met: against({}, ['--expect', 'something else']),
  too_slow: against({ latencyMs: 50 }, ['--budget', 'mint=1ms']),
};

const verifying = (id: string, fault: string, timeout = '5s') =>
  against({ faults: [fault] }, ['--only', id, '--timeout', timeout]);

const VERIFY: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  invalid_value: plain(['--only', 'nope']),
  not_in_github_actions: plain(['--report', 'github']),
  promise_broken: verifying('tokens-long', 'promise:tokens-long'),
  promise_mended: against({}, ['--only', 'reusable', '--expect-broken', 'reusable']),
  token_refused: verifying('reusable', 'read:401'),
  token_expired: verifying('reusable', 'token:expired'),
  token_spent: verifying('reusable', 'token:spent'),
  token_scope: verifying('reusable', 'read:403'),
  upgrade_refused: verifying('one-time-session', 'connect:403'),
  session_not_confirmed: verifying('readwrite-session', 'session:never-confirm', '5s'),
  closed_early: verifying('readwrite-session', 'session:close'),
};

const probing = (server: string, more = {}) =>
  plain(['--probe', '--api-server', server], { ...ANY_TOKEN, ...more });

const INSPECT: Partial<Record<ErrorCode, Run>> = {
  unknown_option: plain(['--nope']),
  invalid_arguments: plain(['one']),
  invalid_value: plain(['--access', 'all']),
  conflicting_options: plain(['--token-stdin', '--use-token']),
  output_unwritable: intoFullDisk,
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
  no_token: plain([], {}),
  not_a_token: plain([], { VOCALSTACK_AUTH_TOKEN: 'undefined' }),
  stdin_is_terminal: fromTerminal,
  invalid_server: probing('nope'),
  insecure_server: probing('http://host.invalid'),
  ...WAY,
  tls_verification_disabled: probing('https://host.invalid', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  token_refused: against({}, ['--probe'], ANY_TOKEN),
  token_expired: TEST.token_expired as Run,
  token_spent: TEST.token_spent as Run,
  token_for_other_server: withTokenOfOtherServer,
  token_scope: withToken(
    (use) => use(),
    {},
    { access: 'readonly', args: ['--access', 'readwrite'] },
  ),
  upgrade_refused: withTokenAgainst('connect:401'),
  session_not_confirmed: withTokenAgainst('session:never-confirm', '--timeout', '5s'),
  closed_early: withTokenAgainst('session:close'),
  connection_refused: towardsNobody,
  connection_reset: readingFrom(reset),
  tls_failed: readingFrom(silence, [], true),
  timeout: readingFrom(silence, ['--timeout', '700ms']),
  redirected: readingFrom(rawBytes(redirect)),
  rate_limited: readingFrom(answer({ status: 429 })),
  service_error: readingFrom(answer({ status: 503 })),
  request_rejected: readingFrom(answer({ status: 422 })),
  invalid_response: readingFrom(rawBytes('nonsense\r\n\r\n')),
  response_too_large: readingFrom(giantBody(9)),
  not_vocalstack: readingFrom(rawBytes(page)),
  api_version_missing: readingFrom(answer({ version: null, body: '{"status":"done"}' })),
  api_version_too_low: readingFrom(answer({ version: '1.0.0' })),
  api_discontinued: readingFrom(answer({ headers: { 'x-api-version-discontinued': '1' } })),
};

const EXEC: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  output_unwritable: running(['true'], ['--file'], { TMPDIR: '/proc/nowhere' }),
  command_not_found: running(['no-such-command']),
  command_not_executable: running(['/']),
};

const LOGIN: Partial<Record<ErrorCode, Run>> = {
  conflicting_options: plain(['--with-key', '--key-command', 'false']),
  key_command_failed: withSettings(PLAINTEXT, ['--key-command', 'false']),
  no_key_store: loggingIn([], 'anywhere'),
  keychain_absent: loggingIn(['--store', 'keychain'], 'anywhere'),
  config_unwritable: loggingIn(['--store', 'plaintext', '--no-verify'], 'impossible'),
  key_empty: loggingIn(['--store', 'plaintext'], 'anywhere', ' '),
  key_malformed: loggingIn(['--store', 'plaintext'], 'anywhere', 'two words'),
  prompt_impossible: loggingIn(['--store', 'passphrase'], 'anywhere'),
  connection_refused: loggingIn(['--store', 'plaintext'], 'anywhere'),
};

const SERVE: Partial<Record<ErrorCode, Run>> = {
  ...CHOOSING,
  invalid_value: plain(['--rate', '60']),
  cannot_listen: onTakenPort,
  page_not_installed: withoutPage,
};

const SANDBOX: Partial<Record<ErrorCode, Run>> = {
  ...COMMON,
  invalid_value: plain(['--fail', 'nope']),
  cannot_listen: onTakenPort,
};

const DOCTOR: Partial<Record<ErrorCode, Run>> = {
  unknown_option: plain(['--nope']),
  invalid_arguments: plain(['one']),
  invalid_value: plain(['--timeout', 'soon']),
  conflicting_options: CHOOSING.conflicting_options,
  invalid_server: CHOOSING.invalid_server,
  insecure_server: CHOOSING.insecure_server,
  output_unwritable: plain(['--sandbox', '--output', '/proc/nowhere/report.txt']),
  doctor_failed: plain(['--offline'], {}),
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
};

/** What it has of its own: the rest is that of `test`. */
const API: Partial<Record<ErrorCode, Run>> = {
  invalid_arguments: plain(['GET']),
  invalid_value: plain(['//example.com/transcriptions']),
  input_file_unusable: plain(['POST', '/', '--access', 'readwrite', '--input', 'nowhere.json']),
};

/** What the contract says of the codes, in words apart from the source. */
const EXITS: Readonly<Record<number, string>> = {
  1: 'internal_error',
  2: 'unknown_option invalid_arguments invalid_value conflicting_options invalid_server insecure_server stdin_is_terminal prompt_impossible not_in_github_actions audio_file_unusable input_file_unusable',
  3: 'output_unwritable no_clipboard page_not_installed key_file_unreadable tls_verification_disabled proxy_invalid ca_file_unusable cannot_listen config_corrupt config_newer config_unsafe config_unreadable config_unwritable no_key_store keychain_absent passphrase_wrong passphrase_unreadable doctor_failed sdk_missing sdk_broken',
  4: 'no_key unknown_profile key_empty key_malformed key_command_failed key_refused no_token token_malformed token_refused token_expired token_spent token_for_other_server not_a_token',
  5: 'token_scope forbidden key_for_other_server',
  6: 'connection_refused connection_reset tls_failed proxy_failed proxy_auth_required timeout closed_early upgrade_refused session_not_confirmed',
  7: 'rate_limited service_error redirected request_rejected minting_unavailable invalid_response response_too_large not_vocalstack api_version_missing api_version_too_low api_discontinued sdk_failed',
  8: 'transcription_failed audio_unreachable not_audio duration_guard nothing_recognised expectation_not_met too_slow',
  9: 'promise_broken promise_mended',
  126: 'command_not_executable',
  127: 'command_not_found',
  130: 'interrupted',
  143: 'terminated',
};

function exitOf(code: string): number {
  const found = Object.entries(EXITS).find(([, codes]) => codes.split(' ').includes(code));
  return Number(found?.[0]);
}

/** Every command with every code that it is brought to end with here. */
export const CASES: readonly Case[] = Object.entries({
  mint: MINT,
  test: TEST,
  verify: VERIFY,
  api: API,
  inspect: INSPECT,
  exec: EXEC,
  serve: SERVE,
  sandbox: SANDBOX,
  login: LOGIN,
  doctor: DOCTOR,
}).flatMap(([command, runs]) =>
  Object.entries(runs).map(([code, run]) => ({
    command: command as Command,
    code: code as ErrorCode,
    exit: exitOf(code),
    run,
  })),
);
