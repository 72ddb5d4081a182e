import { CLIENT_OPTION, SDK_ERRORS } from '../../cli/client-option';
import { MINT_ERRORS, NETWORK_ERRORS, USE_ERRORS } from '../../cli/common-errors';
import type { GlobalValues } from '../../cli/globals';
import { flag, type OptionValues, repeated, value, valueOrNo } from '../../cli/options';
import { REPORT_OPTION, requireDistinctPaths } from '../../cli/report-option';
import { tokenOptionSpecs } from '../../cli/token-options';
import { requireDuration } from '../../core/duration';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import { parseLanguage } from '../../core/language';
import type { TokenOptions } from '../../core/token';
import { KEY_ERRORS } from '../../credentials/errors';
import { parseExpectation } from './audio';
import { BUDGET_WORDS, parseBudget } from './budget';
import { MODES, type Mode } from './plan';

export const DEFAULT_MAX_DURATION_S = 15;
export const TEST_DEFAULTS: TokenOptions = { access: 'readwrite', lifetimeS: 60, oneTime: true };

export const TEST_REPORT = { title: 'Test transcription', noun: 'step' } as const;

export const TEST_ERRORS: readonly ErrorCode[] = [
  'stdin_is_terminal',
  'stdin_unreadable',
  'not_in_github_actions',
  'audio_file_unusable',
  ...KEY_ERRORS,
  'no_token',
  'token_malformed',
  'not_a_token',
  'token_for_other_server',
  'transcription_failed',
  'audio_unreachable',
  'not_audio',
  'duration_guard',
  'nothing_recognised',
  'expectation_not_met',
  'too_slow',
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
  ...SDK_ERRORS,
];

function parseMode(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode) return mode;
  throw new CliError('invalid_value', `--mode must be one of ${MODES.join(', ')}.`);
}

function parseMaxDuration(text: string): number {
  const seconds = requireDuration(text, '--max-duration') / 1000;
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new CliError('invalid_value', '--max-duration must be whole seconds, 1 or more.', {
    hint: 'To transcribe all of the audio, at any cost: --no-max-duration',
  });
}

function parsePath(text: string): string {
  if (text !== '') return text;
  throw new CliError('invalid_value', '--file must be the path of an audio file.');
}

const TEST_HEADING = 'What is tested';
const AUDIO = 'Audio';

export const TEST_OPTIONS = {
  mode: value(
    '--mode <mode>',
    'transcribe, connect (only open a session: free) or read (list the transcriptions with a readonly token: free)',
    parseMode,
    { group: TEST_HEADING, preset: 'transcribe', completes: { words: MODES } },
  ),
  client: { ...CLIENT_OPTION, group: TEST_HEADING },
  ...tokenOptionSpecs(TEST_DEFAULTS),
  tokenStdin: flag('--token-stdin', 'test the token from standard input instead of minting one', {
    group: 'Token',
  }),
  useToken: flag('--use-token', 'test the token in VOCALSTACK_AUTH_TOKEN instead of minting one', {
    group: 'Token',
  }),
  file: value(
    '--file <path>',
    'send a local file as live audio, in real time; - means standard input',
    parsePath,
    { group: AUDIO },
  ),
  language: value(
    '--language <code>',
    'the language of the audio',
    (text) => parseLanguage(text, '--language'),
    { group: AUDIO, preset: 'auto' },
  ),
  maxDuration: valueOrNo(
    '--max-duration <duration>',
    'transcribe at most this much of the audio, to limit the cost',
    'transcribe all of the audio, at any cost',
    parseMaxDuration,
    { group: AUDIO, preset: `${DEFAULT_MAX_DURATION_S}s` },
  ),
  expect: value(
    '--expect <text>',
    'fail if the transcript does not contain this text; case, punctuation and spacing are ignored',
    parseExpectation,
    { group: AUDIO },
  ),
  budget: repeated(
    '--budget <step=duration>',
    'fail if a step takes longer than this limit, for example: connect=2s,transcribe=20s',
    parseBudget,
    { group: TEST_HEADING, completes: BUDGET_WORDS },
  ),
  follow: flag(
    '--follow',
    'print each segment when it is final; with --json, each event as one line of JSON',
    { group: 'Output' },
  ),
  report: REPORT_OPTION,
} as const;

export type TestOptionValues = OptionValues<typeof TEST_OPTIONS>;

/** @throws CliError `conflicting_options` if two of the given options exclude each other */
export function checkTestOptions(
  options: TestOptionValues,
  globals: GlobalValues,
  argument: string | undefined,
): void {
  const exclude = (option: string, others: Readonly<Record<string, boolean>>, hint?: string) => {
    const other = Object.keys(others).find((name) => others[name]);
    if (!other) return;
    throw new CliError('conflicting_options', `${option} cannot be used with ${other}.`, { hint });
  };
  const { mode } = options;
  const given = options.tokenStdin ? '--token-stdin' : '--use-token';
  if (options.tokenStdin || options.useToken) {
    exclude(given, {
      '--use-token': options.tokenStdin && options.useToken,
      '--access': options.access !== undefined,
      '--lifetime': options.lifetime !== undefined,
      '--one-time': options.oneTime !== undefined,
    });
    exclude(
      given,
      { '--sandbox': globals.sandbox },
      'A sandbox started by this command does not know the token. Start a sandbox with vstoken sandbox, and set VOCALSTACK_API_SERVER to its URL.',
    );
  }
  if (options.file === '-') exclude('--file -', { '--token-stdin': options.tokenStdin });
  if (options.file !== undefined) exclude('--file', { 'a URL': argument !== undefined });
  if (mode === 'read') {
    exclude('--mode read', {
      '--access readwrite': options.access === 'readwrite',
      'a URL': argument !== undefined,
      '--file': options.file !== undefined,
      '--language': options.language !== undefined,
      '--max-duration': options.maxDuration !== undefined,
    });
  }
  if (options.client === 'sdk') {
    exclude(
      '--client sdk',
      { '--file': options.file !== undefined },
      'With --client sdk only a URL can be transcribed. To send a file: --client builtin',
    );
  }
  requireDistinctPaths(options.report);
  if (mode === 'read' || mode === 'connect') {
    exclude(`--mode ${mode}`, { '--expect': options.expect !== undefined });
  }
}
