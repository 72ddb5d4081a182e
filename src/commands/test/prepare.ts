import type { CommandContext } from '../../cli/define';
import { tokenOptionsFrom } from '../../cli/token-options';
import { CliError } from '../../core/errors';
import { isLoopbackOrigin } from '../../core/origin';
import { chooseAudio } from './audio';
import { budgetOf, requireTaken } from './budget';
import { DEFAULT_MAX_DURATION_S, TEST_DEFAULTS, type TestOptionValues } from './options';
import { type AudioSource, stepNames, type TestPlan } from './plan';

/**
 * Makes the plan of a test, and reads its inputs. Called before a token is minted.
 * @throws CliError `invalid_value`, `audio_file_unusable`, `not_audio`, `stdin_is_terminal`, `no_token`, `token_malformed`,
 * `not_a_token`, `conflicting_options`
 */
export async function preparePlan(
  context: CommandContext,
  options: TestOptionValues,
  argument: string | undefined,
): Promise<TestPlan> {
  const mode = options.mode ?? 'transcribe';
  const { source, expected } =
    mode === 'read'
      ? { source: null, expected: null }
      : await chooseSource(context, options, argument);
  const plan: TestPlan = {
    mode,
    client: options.client ?? 'builtin',
    source,
    expected: mode === 'transcribe' ? expected : null,
    token: await chooseToken(context, options, mode === 'read'),
  };
  requireTaken(budgetOf(options.budget), stepNames(plan));
  return plan;
}

async function chooseToken(
  context: CommandContext,
  options: TestOptionValues,
  isRead: boolean,
): Promise<TestPlan['token']> {
  if (options.tokenStdin || options.useToken) {
    const { readTokenFromEnvironment, readTokenFromStdin } = await import(
      '../../credentials/token-input'
    );
    const token = options.tokenStdin
      ? await readTokenFromStdin(context)
      : await readTokenFromEnvironment(context);
    return { kind: 'given', token };
  }
  const defaults: typeof TEST_DEFAULTS = isRead
    ? { ...TEST_DEFAULTS, access: 'readonly' }
    : TEST_DEFAULTS;
  return { kind: 'mint', options: tokenOptionsFrom(options, defaults) };
}

async function chooseSource(
  context: CommandContext,
  options: TestOptionValues,
  argument: string | undefined,
): Promise<{ readonly source: AudioSource; readonly expected: string | null }> {
  const { maxDuration, expect, file } = options;
  const { apiServer, sandbox, settings } = context.target;
  const maxDurationS = maxDuration === false ? 0 : (maxDuration ?? DEFAULT_MAX_DURATION_S);
  const request = { language: options.language ?? settings.language ?? 'auto', maxDurationS };
  if (file !== undefined) {
    const { readClip } = await import('./clip');
    const clip = await readClip(context, file);
    if (options.mode !== 'connect') {
      const { secondsToSend } = await import('../../api/stream-clip');
      requireTimeFor(secondsToSend(clip, maxDurationS), context.timeoutMs);
    }
    return { source: { kind: 'file', request, clip }, expected: expect ?? null };
  }
  // With --sandbox, ignore the URL in the environment. That URL is meant for the real service, and the sandbox would need a
  // network to fetch it.
  const env = sandbox ? {} : context.env;
  const audio = chooseAudio({
    argument,
    env,
    setting: settings.test_url,
    apiServer,
    expect,
    maxDurationS,
  });
  context.secrets.addUrl(audio.url);
  return {
    source: { kind: 'url', request: { ...request, url: audio.url } },
    expected: audio.expected,
  };
}

function requireTimeFor(seconds: number, timeoutMs: number | null): void {
  if (timeoutMs === null || seconds * 1000 < timeoutMs) return;
  throw new CliError(
    'invalid_value',
    `Sending ${Math.ceil(seconds)} s of audio takes ${Math.ceil(seconds)} s, because it is sent in real time. But --timeout is ${timeoutMs / 1000} s.`,
    { hint: 'Use a longer --timeout, or a shorter --max-duration.' },
  );
}

/** Prints a tip that says how much audio is billed, and which modes are free. */
export function adviseOnCost({ target, notes }: CommandContext, { mode, source }: TestPlan): void {
  if (mode !== 'transcribe' || source === null || isLoopbackOrigin(target.apiServer)) return;
  const { maxDurationS } = source.request;
  const much = maxDurationS === 0 ? 'all of the audio' : `up to ${maxDurationS} s of audio`;
  notes.advise(`This test is billed for ${much}. Free tests: --mode connect, --mode read`);
}
