import { CliError } from '../../core/errors';
import { requireVisible } from '../../core/find-invisible';
import { isLoopbackOrigin } from '../../core/origin';
import { PUBLIC_CLIP, SANDBOX_CLIP, sampleUrl } from '../../core/sample-clips';
import { isComparable } from '../../core/transcript';

const URL_VARIABLE = 'VOCALSTACK_TEST_URL';

/**
 * The audio of a test transcription. `expected` is the text that the transcript must contain. It is null if the test accepts
 * every transcript.
 */
export interface TestAudio {
  readonly url: string;
  readonly expected: string | null;
}

/**
 * @throws CliError `invalid_value` if the text is not an http or https URL. The message does not quote the URL, because it may
 * contain a signature.
 */
function parseAudioUrl(text: string, source: string): string {
  requireVisible(text, source);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href;
  throw new CliError('invalid_value', `${source} must be the http or https URL of an audio file.`, {
    hint: text.includes('://')
      ? 'The service fetches the audio itself, so it must be able to reach the URL.'
      : 'For a file on this machine: vstoken test --file PATH',
  });
}

/** @throws CliError `invalid_value` if the text has neither a letter nor a digit, because every transcript would match it */
export function parseExpectation(text: string): string {
  if (isComparable(text)) return text;
  throw new CliError('invalid_value', '--expect must contain a letter or a digit.');
}

/**
 * Chooses the audio: the URL of the argument, of the environment variable or of the setting, in this order. Without a URL, uses a
 * clip with a known text. If the whole clip is transcribed, the transcript must contain the known text.
 * @param choice `maxDurationS` is the limit of the transcribed audio in seconds; 0 means no limit
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

/** Removes user, password and fragment of a URL, and the values in its query, so that the URL is safe to show. */
export function redactUrl(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, 'redacted');
  return url.href;
}
