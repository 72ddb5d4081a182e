import { CliError } from '../../core/errors';
import { isLoopbackOrigin } from '../../core/origin';
import { PUBLIC_CLIP, SANDBOX_CLIP, sampleUrl } from '../../core/sample-clips';
import { isJudgeable } from '../../core/transcript';
import { requireSeen } from '../../core/unseen';

const URL_VARIABLE = 'VOCALSTACK_TEST_URL';

/** The audio of a test transcription, and the text that the transcript must contain. */
export interface TestAudio {
  readonly url: string;
  readonly expected: string | null;
}

/** @throws CliError `invalid_value`, which does not quote the URL: it may contain a signature */
function parseAudioUrl(text: string, source: string): string {
  requireSeen(text, source);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href;
  throw new CliError('invalid_value', `${source} must be the http or https URL of an audio file.`, {
    hint: text.includes('://')
      ? 'The service fetches the audio itself, so it must be able to reach the URL.'
      : 'For a file on this machine: vstoken test --file PATH',
  });
}

/** @throws CliError `invalid_value` for a text without letters or digits, since every transcript would contain it */
export function parseExpectation(text: string): string {
  if (isJudgeable(text)) return text;
  throw new CliError('invalid_value', '--expect must contain a letter or a digit.');
}

/**
 * Chooses the audio: the argument, the variable, the setting, or a clip with a known text. That text is expected if the whole
 * clip is transcribed.
 * @param maxDurationS 0 for no limit
 */
export function chooseAudio(choice: {
  readonly argument: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setting?: string | undefined;
  readonly apiServer: string;
  readonly expect: string | undefined;
  readonly maxDurationS: number;
}): TestAudio {
  const { argument, env, apiServer, maxDurationS } = choice;
  const expected = choice.expect ?? null;
  if (argument !== undefined) return { url: parseAudioUrl(argument, 'The argument'), expected };
  const fromEnvironment = env[URL_VARIABLE];
  if (fromEnvironment) return { url: parseAudioUrl(fromEnvironment, URL_VARIABLE), expected };

  if (choice.setting !== undefined) return { url: choice.setting, expected };
  const clip = isLoopbackOrigin(apiServer) ? SANDBOX_CLIP : PUBLIC_CLIP;
  const isWhole = maxDurationS === 0 || maxDurationS >= clip.durationS;
  return {
    url: sampleUrl(apiServer),
    expected: expected ?? (isWhole ? clip.text : null),
  };
}

/** A URL without credentials, which is safe to show. */
export function redactUrl(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, 'redacted');
  return url.href;
}
