import type { TranscriptionSession, UrlRequest, VocalStackApi } from '../api/api';
import { CliError } from '../core/errors';
import { parseLanguage } from '../core/language';
import { DEFAULT_API_SERVER, parseApiServer } from '../core/origin';
import { sampleUrl } from '../core/sample-clips';
import type { Secret } from '../core/secret';
import { tokenFromInput } from '../core/token';
import { type Segment, transcriptText } from '../core/transcript';
import { invalid, readTimeout, requireOptions, requireWhole } from './options';
import { type ServiceOptions, withService } from './service';

interface CommonOptions extends ServiceOptions {
  /** The token to use. A one-time token is spent by the test. */
  readonly token: string;
}

/** What to use the token for. */
export type TestTokenOptions = CommonOptions &
  (
    | {
        /** `read` reads the list of transcriptions; `connect` opens a session and does not start it. Both are free. */
        readonly mode: 'read' | 'connect';
      }
    | {
        /** Transcribes a piece of audio, which is billed. */
        readonly mode: 'transcribe';
        /** The audio, which the service fetches. */
        readonly url: string;
        /** A language code such as `en` or `pt-BR`, or `auto`. Default: `auto`. */
        readonly language?: string | undefined;
        /** How much of it is transcribed, in whole seconds. Default: 15. */
        readonly maxDurationS?: number | undefined;
      }
  );

/** What came of it. That it came at all means that the token works for this. */
export type TestTokenResult =
  | {
      readonly mode: 'read';
      /** How many transcriptions the token may read. */
      readonly transcriptions: number;
    }
  | {
      readonly mode: 'connect';
      /** The id of the session that was opened. */
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

/**
 * Uses a token the way a client would, and tells what came of it. Nothing that a token could be billed for is tried twice.
 * `timeoutMs` is 30 s unless you say otherwise, and two minutes for `transcribe`.
 * @example
 * const { token } = await mintToken({ apiKey, access: 'readwrite' });
 * await testToken({ token, mode: 'connect' }); // free; throws when the token does not work
 * @throws TokenError `token_refused`, `token_expired`, `token_spent`, `token_scope`, `no_token`, `token_malformed`,
 *   `invalid_value`, and the codes of the session, the network and the service
 */
export async function testToken(options: TestTokenOptions): Promise<TestTokenResult> {
  requireOptions(options);
  const given = typeof options.token === 'string' ? options.token : '';
  const token = tokenFromInput(given, 'The option token');
  const isBilled = options.mode === 'transcribe';
  const timeoutMs = readTimeout(options.timeoutMs, isBilled ? TRANSCRIBE_TIMEOUT_MS : TIMEOUT_MS);
  const use = useOf(options);
  return withService({ ...options, timeoutMs }, (api) => use(api, token));
}

type Use = (api: VocalStackApi, token: Secret) => Promise<TestTokenResult>;

function useOf(options: TestTokenOptions): Use {
  switch (options.mode) {
    case 'read':
      return async (api, token) => ({
        mode: 'read',
        transcriptions: await api.countTranscriptions(token, { oneTime: true }),
      });
    case 'connect': {
      const request = {
        url: sampleFor(options.apiServer),
        language: 'auto',
        maxDurationS: DEFAULT_MAX_DURATION_S,
      };
      return (api, token) =>
        inSession(api, token, request, async ({ id }) => ({ mode: 'connect', session: id }));
    }
    case 'transcribe': {
      const request = requestOf(options);
      return (api, token) => inSession(api, token, request, transcribe);
    }
    default:
      throw invalid('The option mode takes read, connect or transcribe.');
  }
}

function requestOf({
  url,
  language = 'auto',
  maxDurationS = DEFAULT_MAX_DURATION_S,
}: Extract<TestTokenOptions, { mode: 'transcribe' }>): UrlRequest {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid('The option url takes the http or https URL of an audio file.');
  }
  requireWhole('maxDurationS', maxDurationS, 1, MAX_DURATION_S);
  return { url, language: parseLanguage(language, 'The option language'), maxDurationS };
}

/** Audio that is named and not fetched. */
function sampleFor(apiServer = DEFAULT_API_SERVER): string {
  const origin = parseApiServer(apiServer, 'The option apiServer');
  return sampleUrl(origin);
}

async function inSession(
  api: VocalStackApi,
  token: Secret,
  request: UrlRequest,
  task: (session: TranscriptionSession) => Promise<TestTokenResult>,
): Promise<TestTokenResult> {
  const session = await api.openSession(token, request);
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
      throw new CliError('nothing_recognised', 'The transcription finished without a word.');
    }
    return { mode: 'transcribe', session: session.id, text, segments };
  }
}
