import { requireDuration } from '../core/duration';
import { CliError, type ErrorCode } from '../core/errors';
import { isLoopbackOrigin } from '../core/origin';
import type { TokenOptions } from '../core/token';
import { defineCommand } from './define';
import { NETWORK_ERRORS } from './network-errors';
import { flag, value, valueOrNo } from './options';
import { chooseAudio, parseExpectation } from './test-audio';
import { runTest, type TestPlan } from './test-run';
import { readTokenFromEnvironment, readTokenFromStdin } from './token-input';
import { tokenOptionSpecs, tokenOptionsFrom } from './token-options';

const MODES: readonly TestPlan['mode'][] = ['transcribe', 'connect', 'read'];
const DEFAULT_MAX_DURATION_S = 15;
const DEFAULTS: TokenOptions = { access: 'readwrite', lifetimeS: 60, oneTime: true };

const ERRORS: readonly ErrorCode[] = [
  'stdin_is_terminal',
  'no_key',
  'key_empty',
  'key_malformed',
  'key_file_unreadable',
  'key_refused',
  'no_token',
  'token_malformed',
  'token_refused',
  'token_expired',
  'token_spent',
  'token_scope',
  'forbidden',
  'minting_unavailable',
  'session_not_confirmed',
  'closed_early',
  'connection_lost',
  'transcription_failed',
  'audio_unreachable',
  'duration_guard',
  'nothing_recognised',
  'expectation_not_met',
  ...NETWORK_ERRORS,
];

function parseMode(text: string): TestPlan['mode'] {
  const mode = MODES.find((known) => known === text);
  if (mode) return mode;
  throw new CliError('invalid_value', `--mode takes one of ${MODES.join(', ')}.`);
}

function parseLanguage(text: string): string {
  if (/^(auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/.test(text)) return text;
  throw new CliError('invalid_value', '--language takes auto or a language code such as en or de.');
}

function parseMaxDuration(text: string): number {
  const seconds = requireDuration(text, '--max-duration') / 1000;
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new CliError('invalid_value', '--max-duration takes whole seconds, 1 at least.', {
    hint: 'To have all of the audio transcribed, whatever it costs: --no-max-duration',
  });
}

export const test = defineCommand({
  name: 'test',
  summary: 'mint a token and prove it with a test transcription',
  description:
    'Mints a token and uses it the way a client would: opens a session, starts a transcription and follows it to its end. The transcript is the result; the steps are shown on standard error.',
  argument: {
    name: '[url]',
    summary: 'the audio to transcribe (VOCALSTACK_TEST_URL; default: a clip with a known text)',
  },
  options: {
    mode: value(
      '--mode <mode>',
      'transcribe, connect (open the session, do not start it: free) or read (read with a readonly token: free) (default: transcribe)',
      parseMode,
    ),
    ...tokenOptionSpecs(DEFAULTS),
    tokenStdin: flag('--token-stdin', 'test the token on standard input, mint none'),
    useToken: flag('--use-token', 'test the token in VOCALSTACK_AUTH_TOKEN, mint none'),
    language: value(
      '--language <code>',
      'the language of the audio (default: auto)',
      parseLanguage,
    ),
    maxDuration: valueOrNo(
      '--max-duration <duration>',
      `transcribe this much, since a test is billed (default: ${DEFAULT_MAX_DURATION_S}s)`,
      'transcribe all of it, whatever it costs',
      parseMaxDuration,
    ),
    expect: value(
      '--expect <text>',
      'fail unless the transcript contains it; case, punctuation and spacing do not count',
      parseExpectation,
    ),
  },
  examples: [
    { about: 'the whole way, without an account', line: 'vstoken test --sandbox' },
    {
      about: 'a clip of your own',
      line: 'vstoken test https://example.com/hello.mp3 --language en --expect "hello world"',
    },
    { about: 'free, for every commit', line: 'vstoken test --mode connect --json' },
    {
      about: 'the token that your own server hands out',
      line: 'vstoken mint --access readwrite | vstoken test --token-stdin',
    },
  ],
  errors: ERRORS,
  json: '{"ok", "mode", "api_server", "sandbox", "token": {"access", "lifetime_s", "one_time"}, "steps": [{"name", "ok", "ms", "error"?}], "transcription": {"id", "status", "text", "segments", "summary", "keywords"} | null, "audio": {"url", "language", "max_duration_s"} | null}',
  usesServer: true,
  timeoutMs: 120_000,

  check(options, globals, argument) {
    const excludes = (a: string, b: string | false | undefined) => {
      if (b) throw new CliError('conflicting_options', `${a} excludes ${b}.`);
    };
    if (options.tokenStdin) excludes('--token-stdin', options.useToken && '--use-token');
    if (options.tokenStdin || options.useToken) {
      const given = options.tokenStdin ? '--token-stdin' : '--use-token';
      excludes(given, options.access && '--access');
      excludes(given, options.lifetime !== undefined && '--lifetime');
      excludes(given, options.oneTime !== undefined && '--one-time');
      if (globals.sandbox) {
        throw new CliError(
          'conflicting_options',
          `${given} excludes --sandbox: a sandbox that starts with this command knows no token yet.`,
          { hint: 'Start one with vstoken sandbox, and name it with VOCALSTACK_API_SERVER.' },
        );
      }
    }
    if (options.mode === 'read') {
      excludes('--mode read', argument !== undefined && 'a URL');
      excludes('--mode read', options.language && '--language');
      excludes('--mode read', options.maxDuration !== undefined && '--max-duration');
    }
    if (options.mode === 'read' || options.mode === 'connect') {
      excludes(`--mode ${options.mode}`, options.expect && '--expect');
    }
    return { json: globals.json };
  },

  async run(context, options, argument) {
    const mode = options.mode ?? 'transcribe';
    const { apiServer } = context.target;
    const maxDurationS =
      options.maxDuration === false ? 0 : (options.maxDuration ?? DEFAULT_MAX_DURATION_S);
    const { env } = context;
    const audio = chooseAudio({ argument, env, apiServer, expect: options.expect, maxDurationS });
    const plan: TestPlan = {
      mode,
      token: options.tokenStdin
        ? { kind: 'given', token: await readTokenFromStdin(context) }
        : options.useToken
          ? { kind: 'given', token: readTokenFromEnvironment(context) }
          : {
              kind: 'mint',
              options: tokenOptionsFrom(
                options,
                mode === 'read' ? { ...DEFAULTS, access: 'readonly' } : DEFAULTS,
              ),
            },
      request:
        mode === 'read'
          ? null
          : { url: audio.url, language: options.language ?? 'auto', maxDurationS },
      expected: mode === 'transcribe' ? audio.expected : null,
    };
    if (mode === 'transcribe' && !isLoopbackOrigin(apiServer)) {
      context.notes.advise(
        `This is billed for ${maxDurationS === 0 ? 'all of the audio' : `up to ${maxDurationS} s of audio`}. Free: --mode connect, --mode read`,
      );
    }
    return runTest(context, plan);
  },

  render(document) {
    if (document.transcription?.text) return `${document.transcription.text}\n`;
    if (!document.ok) return '';
    return document.mode === 'read'
      ? 'The token works: it reads.\n'
      : 'The token works: the session was opened, and not started.\n';
  },
});
