import type { TranscriptionSession, UrlRequest } from '../api/api';
import { createRest, type RestOptions } from '../api/rest';
import { countTranscriptions } from '../api/transcriptions';
import { CliError } from '../core/errors';
import { parseLanguage } from '../core/language';
import { invalid, requireNames, requireType, requireWhole, urlText } from '../core/named-options';
import { sampleUrl } from '../core/sample-clips';
import type { Secret } from '../core/secret';
import { tokenFromInput } from '../core/token';
import { type Segment, transcriptText } from '../core/transcript';
import { connect } from '../system/connect.node';
import { CALL_NAMES, readApiServer, readTimeout, requireSignal } from './options';
import { type ServiceCall, type ServiceOptions, toThrown, withService } from './service';

interface TokenToTest {
  /** The token to use. The test spends a one-time token. */
  readonly token: string;
}

/** How `testToken` uses the token. */
export type TokenUse =
  | {
      /** `read` lists transcriptions. `connect` opens a session, but transcribes nothing. Both are free. */
      readonly mode: 'read' | 'connect';
      readonly url?: undefined;
      readonly language?: undefined;
      readonly maxDurationS?: undefined;
    }
  | {
      /** Transcribes audio, which is billed. */
      readonly mode: 'transcribe';
      /** The URL of the audio, which the service fetches. */
      readonly url: string | URL;
      /** A language code such as `en` or `pt-BR`, or `auto`. Default: `auto`. */
      readonly language?: string | undefined;
      /** How much of the audio to transcribe, in whole seconds from the start of the audio. Default: 15. */
      readonly maxDurationS?: number | undefined;
    };

export type TestTokenOptions = ServiceOptions & TokenToTest & TokenUse;

/** The result of a test. If the token does not work, `testToken` throws an error instead. */
export type TestTokenResult =
  | {
      readonly mode: 'read';
      /** The number of transcriptions that the token can read. */
      readonly transcriptions: number;
    }
  | {
      readonly mode: 'connect';
      /** The ID of the session that was opened. */
      readonly session: string;
    }
  | {
      readonly mode: 'transcribe';
      readonly session: string;
      readonly text: string;
      readonly segments: readonly Segment[];
    };

const TIMEOUT_MS = 30_000;
const TRANSCRIBE_TIMEOUT_MS = 120_000;
const DEFAULT_MAX_DURATION_S = 15;
const MAX_DURATION_S = 24 * 3600;
const AUDIO_NAMES = ['url', 'language', 'maxDurationS'] as const;
export const USE_NAMES = ['token', 'mode', ...AUDIO_NAMES, ...CALL_NAMES];

/**
 * Uses a token as a client would, and returns the result. Billable work is never retried. The default of `timeoutMs` is 30 s. For
 * the mode `transcribe` it is 120 s.
 * @example
 * const { token } = await mintToken({ apiKey, access: 'readwrite' });
 * await testToken({ token, mode: 'connect' }); // free; throws if the token does not work
 * @throws TokenError `token_refused`, `token_expired`, `token_spent`, `token_scope`, `no_token`, `token_malformed`,
 *   `invalid_value`, and the codes of the session, the network and the service
 */
export async function testToken(options: TestTokenOptions): Promise<TestTokenResult> {
  try {
    requireNames(options, ['apiServer', ...USE_NAMES], 'testToken');
    return await useToken(options, { apiServer: readApiServer(options.apiServer) });
  } catch (error) {
    throw toThrown(error, options?.signal);
  }
}

/** @throws CliError with the codes of `testToken` */
export async function useToken(
  options: Omit<ServiceOptions, 'apiServer'> & TokenToTest & TokenUse,
  context: Pick<ServiceCall, 'apiServer' | 'http' | 'log' | 'maxRetries'> & {
    readonly timeoutMs?: number;
  },
): Promise<TestTokenResult> {
  requireType('token', options.token, 'string');
  const credential = tokenFromInput(options.token ?? '', 'The option token');
  requireSignal(options.signal);
  const use = chooseUse(options, context.apiServer);
  const preset = options.mode === 'transcribe' ? TRANSCRIBE_TIMEOUT_MS : TIMEOUT_MS;
  const timeoutMs = readTimeout(options.timeoutMs, context.timeoutMs ?? preset);
  const work = { ...context, credential, timeoutMs, signal: options.signal };
  return withService(work, (api) => use(api, credential));
}

type Use = (api: RestOptions, token: Secret) => Promise<TestTokenResult>;

function chooseUse(options: TokenUse, apiServer: string): Use {
  switch (options.mode) {
    case 'read':
      requireNoAudio(options);
      return async (api, token) => ({
        mode: 'read',
        transcriptions: await countTranscriptions(createRest(api), new URL(apiServer).host, token),
      });
    case 'connect': {
      requireNoAudio(options);
      // The request needs a URL, but the audio is never fetched, because the session is not started.
      const request = {
        url: sampleUrl(apiServer),
        language: 'auto',
        maxDurationS: DEFAULT_MAX_DURATION_S,
      };
      return (api, token) =>
        runSession(api, token, request, async ({ id }) => ({ mode: 'connect', session: id }));
    }
    case 'transcribe': {
      const request = requestOf(options);
      return (api, token) => runSession(api, token, request, transcribe);
    }
    default:
      throw invalid('The option mode must be read, connect or transcribe.');
  }
}

function requireNoAudio(options: TokenUse): void {
  const given = AUDIO_NAMES.find((name) => options[name] !== undefined);
  if (given) throw invalid(`The option ${given} is only for the mode transcribe.`);
}

function requestOf({
  url,
  language = 'auto',
  maxDurationS = DEFAULT_MAX_DURATION_S,
}: Extract<TokenUse, { mode: 'transcribe' }>): UrlRequest {
  const text = urlText('url', url);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw invalid('The option url must be the http or https URL of an audio file.');
  }
  requireWhole('maxDurationS', maxDurationS, 1, MAX_DURATION_S);
  requireType('language', language, 'string');
  return { url: text, language: parseLanguage(language, 'The option language'), maxDurationS };
}

async function runSession(
  api: RestOptions,
  token: Secret,
  request: UrlRequest,
  task: (session: TranscriptionSession) => Promise<TestTokenResult>,
): Promise<TestTokenResult> {
  const { openSession } = await import('../api/session');
  const session = await openSession({ ...api, connect }, token, request);
  try {
    return await task(session);
  } finally {
    await session.close();
  }
}

async function transcribe(session: TranscriptionSession): Promise<TestTokenResult> {
  await session.start();
  for (;;) {
    const { done, segments } = await session.next();
    if (!done) continue;
    const text = transcriptText(segments);
    if (text === '') {
      throw new CliError('nothing_recognised', 'The transcription contains no words.');
    }
    return { mode: 'transcribe', session: session.id, text, segments };
  }
}
