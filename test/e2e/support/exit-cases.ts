import { join } from 'node:path';
import type { ErrorCode } from '../../../src/core/error-codes';
import { answer, giantBody, rawBytes, reset, silence } from '../../support/fault-server';
import {
  ANY_KEY,
  ANY_TOKEN,
  againstClosedPort,
  againstRemote,
  againstSandbox,
  againstServer,
  CLOSED,
  type Command,
  failing,
  fromTerminal,
  intoFullDisk,
  onTakenPort,
  probingAgainst,
  type Run,
  startingCommand,
  stopped,
  throughProxy,
  withArguments,
  withKeyFile,
  withoutClip,
  withoutJson,
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

/** For each error code that all commands share: a run that fails with this code. */
const COMMON: Partial<Record<ErrorCode, Run>> = {
  internal_error: withoutClip,
  unknown_option: withArguments(['--nope']),
  invalid_arguments: withArguments(['one', 'two']),
  output_unwritable: intoFullDisk,
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
  key_file_unreadable: withKeyFile(null),
  key_empty: withKeyFile(' \n'),
  key_malformed: withKeyFile('two words'),
};

/** For each error code of commands that use a stored key: a run that fails with this code. */
const STORED: Partial<Record<ErrorCode, Run>> = {
  key_command_failed: withArguments([], { VOCALSTACK_API_KEY_COMMAND: 'false' }),
  config_corrupt: withSettings('{'),
  config_newer: withSettings('{"version":3}'),
  config_unsafe: withSettings(PLAINTEXT, [], {}, 0o644),
  config_unreadable: withoutFolder(),
  unknown_profile: withSettings(PLAINTEXT, ['--profile', 'nobody']),
  key_for_other_server: withSettings(PLAINTEXT, ['--api-server', 'http://127.0.0.1:1']),
  keychain_absent: withSettings(IN_KEYCHAIN),
  passphrase_wrong: withSettings(SEALED, [], { VOCALSTACK_PASSPHRASE: 'a passphrase' }),
  passphrase_unreadable: withSettings(SEALED, [], { VOCALSTACK_PASSPHRASE_FILE: '/nowhere' }),
  prompt_impossible: withSettings(SEALED),
};

/** For each error code of commands that need a server and a key: a run that fails with this code. */
const SERVER_AND_KEY = {
  ...COMMON,
  ...STORED,
  invalid_value: withArguments(['--lifetime', '0']),
  conflicting_options: withArguments(['--sandbox', '--api-server', 'http://127.0.0.1:1']),
  invalid_server: withArguments(['--api-server', 'nope']),
  insecure_server: withArguments(['--api-server', 'http://host.invalid']),
  tls_verification_disabled: withArguments(['--api-server', 'https://host.invalid'], {
    ...ANY_KEY,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  }),
  no_key: withArguments([], { VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' }),
} satisfies Partial<Record<ErrorCode, Run>>;

const login = 'HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm="a"\r\n\r\n';

/** For each error code about proxies and certificate files: a run that fails with this code. */
const NETWORK = {
  proxy_invalid: againstRemote({ HTTPS_PROXY: 'socks4://127.0.0.1:1' }),
  ca_file_unusable: againstRemote({ SSL_CERT_FILE: '/nowhere' }),
  proxy_failed: againstRemote({ HTTPS_PROXY: 'http://127.0.0.1:1' }),
  proxy_auth_required: throughProxy(rawBytes(login)),
} satisfies Partial<Record<ErrorCode, Run>>;

/** For each error code of commands that send requests to the service: a run that fails with this code. */
const CLIENT: Partial<Record<ErrorCode, Run>> = {
  ...SERVER_AND_KEY,
  ...NETWORK,
  key_refused: againstSandbox({}, [], { VOCALSTACK_API_KEY: 'another' }),
  forbidden: failing('mint:403'),
  minting_unavailable: failing('mint:404'),
  request_rejected: failing('mint:422'),
  rate_limited: failing('mint:429:retry-after=600'),
  service_error: failing('mint:503:retry-after=600'),
  api_version_missing: failing('version:missing'),
  api_version_too_low: failing('version:low'),
  api_discontinued: failing('version:discontinued'),
  connection_refused: againstClosedPort,
  connection_reset: againstServer(reset),
  tls_failed: againstServer(silence, [], true),
  timeout: againstServer(silence, ['--timeout', '700ms']),
  redirected: againstServer(rawBytes(redirect)),
  invalid_response: againstServer(rawBytes('nonsense\r\n\r\n')),
  response_too_large: againstServer(giantBody(1)),
  not_vocalstack: againstServer(rawBytes(page)),
};

/** For each error code of commands with --client: a run that fails with this code. */
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
  prompt_impossible: withArguments(['--interactive']),
  no_clipboard: withArguments(['--copy'], { ...CLOSED, CI: '1', PATH: '/nowhere' }),
  not_in_github_actions: withoutJson(['-o', 'github']),
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
  not_in_github_actions: withArguments(['--report', 'github']),
  stdin_is_terminal: fromTerminal,
  audio_file_unusable: withArguments(['--file', 'nowhere.wav']),
  not_audio: withArguments(['--file', join(ROOT, 'README.md')]),
  no_token: withArguments(['--use-token']),
  token_malformed: withArguments(['--use-token'], {
    ...CLOSED,
    VOCALSTACK_AUTH_TOKEN: 'two words',
  }),
  not_a_token: withArguments(['--use-token'], {
    ...CLOSED,
    VOCALSTACK_API_KEY: 'a-key',
    VOCALSTACK_AUTH_TOKEN: 'a-key',
  }),
  token_refused: againstSandbox({}, ['--use-token'], { VOCALSTACK_AUTH_TOKEN: 'unknown' }),
  token_expired: withToken(async (use, clock) => {
    await clock.advance(10_000);
    return use();
  }),
  token_spent: withToken(async (use) => {
    await use();
    return use();
  }),
  token_for_other_server: withTokenOfOtherServer,
  token_scope: againstSandbox({}, ['--access', 'readonly']),
  upgrade_refused: failing('connect:401'),
  session_not_confirmed: failing('session:never-confirm', '--timeout', '5s'),
  closed_early: failing('stream:close'),
  transcription_failed: failing('transcribe:error'),
  audio_unreachable: againstSandbox({}, ['http://127.0.0.1:1/a.wav']),
  duration_guard: failing('transcribe:duration-guard'),
  nothing_recognised: failing('transcribe:nothing'),
  expectation_not_met: againstSandbox({}, ['--expect', 'something else']),
  too_slow: againstSandbox({ latencyMs: 50 }, ['--budget', 'mint=1ms']),
};

const verifying = (id: string, fault: string, timeout = '5s') =>
  againstSandbox({ faults: [fault] }, ['--only', id, '--timeout', timeout]);

const VERIFY: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  invalid_value: withArguments(['--only', 'nope']),
  not_in_github_actions: withArguments(['--report', 'github']),
  promise_broken: verifying('tokens-long', 'promise:tokens-long'),
  promise_mended: againstSandbox({}, ['--only', 'reusable', '--expect-broken', 'reusable']),
  token_refused: verifying('reusable', 'read:401'),
  token_expired: verifying('reusable', 'token:expired'),
  token_spent: verifying('reusable', 'token:spent'),
  token_scope: verifying('reusable', 'read:403'),
  upgrade_refused: verifying('one-time-session', 'connect:403'),
  session_not_confirmed: verifying('readwrite-session', 'session:never-confirm', '5s'),
  closed_early: verifying('readwrite-session', 'session:close'),
};

const probing = (server: string, more = {}) =>
  withArguments(['--probe', '--api-server', server], { ...ANY_TOKEN, ...more });

const INSPECT: Partial<Record<ErrorCode, Run>> = {
  unknown_option: withArguments(['--nope']),
  invalid_arguments: withArguments(['one']),
  invalid_value: withArguments(['--access', 'all']),
  conflicting_options: withArguments(['--token-stdin', '--use-token']),
  output_unwritable: intoFullDisk,
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
  no_token: withArguments([], {}),
  not_a_token: withArguments([], { VOCALSTACK_AUTH_TOKEN: 'undefined' }),
  stdin_is_terminal: fromTerminal,
  invalid_server: probing('nope'),
  insecure_server: probing('http://host.invalid'),
  ...NETWORK,
  tls_verification_disabled: probing('https://host.invalid', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  token_refused: againstSandbox({}, ['--probe'], ANY_TOKEN),
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
  connection_refused: againstClosedPort,
  connection_reset: probingAgainst(reset),
  tls_failed: probingAgainst(silence, [], true),
  timeout: probingAgainst(silence, ['--timeout', '700ms']),
  redirected: probingAgainst(rawBytes(redirect)),
  rate_limited: probingAgainst(answer({ status: 429 })),
  service_error: probingAgainst(answer({ status: 503 })),
  request_rejected: probingAgainst(answer({ status: 422 })),
  invalid_response: probingAgainst(rawBytes('nonsense\r\n\r\n')),
  response_too_large: probingAgainst(giantBody(9)),
  not_vocalstack: probingAgainst(rawBytes(page)),
  api_version_missing: probingAgainst(answer({ version: null, body: '{"status":"done"}' })),
  api_version_too_low: probingAgainst(answer({ version: '1.0.0' })),
  api_discontinued: probingAgainst(answer({ headers: { 'x-api-version-discontinued': '1' } })),
};

const EXEC: Partial<Record<ErrorCode, Run>> = {
  ...CLIENT,
  output_unwritable: startingCommand(['true'], ['--file'], { TMPDIR: '/proc/nowhere' }),
  command_not_found: startingCommand(['no-such-command']),
  command_not_executable: startingCommand(['/']),
};

const LOGIN: Partial<Record<ErrorCode, Run>> = {
  conflicting_options: withArguments(['--with-key', '--key-command', 'false']),
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
  ...SERVER_AND_KEY,
  invalid_value: withArguments(['--rate', '60']),
  cannot_listen: onTakenPort,
  page_not_installed: withoutPage,
};

const SANDBOX: Partial<Record<ErrorCode, Run>> = {
  ...COMMON,
  invalid_value: withArguments(['--fail', 'nope']),
  cannot_listen: onTakenPort,
};

const DOCTOR: Partial<Record<ErrorCode, Run>> = {
  unknown_option: withArguments(['--nope']),
  invalid_arguments: withArguments(['one']),
  invalid_value: withArguments(['--timeout', 'soon']),
  conflicting_options: SERVER_AND_KEY.conflicting_options,
  invalid_server: SERVER_AND_KEY.invalid_server,
  insecure_server: SERVER_AND_KEY.insecure_server,
  output_unwritable: withArguments(['--sandbox', '--output', '/proc/nowhere/report.txt']),
  doctor_failed: withArguments(['--offline'], {}),
  interrupted: stopped('SIGINT'),
  terminated: stopped('SIGTERM'),
};

/** The error codes for which `api` needs other arguments than `test`, each with a run that fails with this code. */
const API: Partial<Record<ErrorCode, Run>> = {
  invalid_arguments: withArguments(['GET']),
  invalid_value: withArguments(['//example.com/transcriptions']),
  input_file_unusable: withArguments([
    'POST',
    '/',
    '--access',
    'readwrite',
    '--input',
    'nowhere.json',
  ]),
};

/**
 * The documented exit codes, each with its error codes. They are repeated here instead of imported, so that a test fails if the
 * source changes.
 */
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

/** All pairs of a command and an error code, each with the run that fails with this code. */
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
