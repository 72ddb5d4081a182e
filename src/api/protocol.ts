/**
 * The API version and the names of the wire protocol, shared by the client and the sandbox. Sources: the service's public
 * documentation, and the traffic of its official SDK. Names without a source are marked as assumed.
 */
export const EXPECTED_API_VERSION = '1.1.0';

export const HEADERS = {
  authorization: 'authorization',
  expectedVersion: 'x-expected-api-version',
  version: 'x-api-version',
  discontinued: 'x-api-version-discontinued',
  /** Not an HTTP header, but one of the headers that the first WebSocket message of a live session contains as JSON. */
  livestreamUrl: 'livestream-url',
} as const;

export const PATHS = {
  generateToken: '/security/generate-token',
  transcriptions: '/transcriptions',
  transcribeUrl: '/async/transcribe/url',
  transcribeLive: '/async/live/transcribe',
  billing: '/billing/details',
  polyglot: '/polyglot',
  /** A path of the next API version. vstoken only checks whether the server has this path. */
  openApi: '/v1/openapi.json',
} as const;

/** The default of max_duration_s: how many seconds of the audio are transcribed at most. A max_duration_s of 0 means no limit. */
export const DEFAULT_MAX_DURATION_S = 7200;

export type Status = 'waiting' | 'processing' | 'stopping' | 'done' | 'error';

/**
 * The `error` texts that distinguish refusals with the same status. These texts are assumed, because the service documents none.
 * For any other text, the client uses the status.
 */
export const REASONS = {
  credentialMissing: 'no credentials',
  credentialUnknown: 'unknown API key or auth token',
  tokenExpired: 'auth token expired',
  tokenSpent: 'one-time auth token already used',
  tokenReadonly: 'auth token is readonly',
  tokenCannotMint: 'an auth token cannot generate auth tokens',
  audioUnreachable: 'audio could not be fetched',
  audioInvalid: 'the URL does not lead to audio',
  durationGuard: 'audio does not have the duration that duration_s demands',
} as const;

export interface Envelope<Data> {
  readonly status: Status;
  readonly data: Data;
  readonly error?: string;
  readonly http_code?: number;
}

/** A part of a transcript, as the service sends it. `start` and `end` are times in the audio, in seconds. */
export interface TimelineItem {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly latest?: boolean;
  readonly pending?: boolean;
  readonly language?: string;
  readonly language_probability?: number;
  readonly translations?: Readonly<Record<string, string>>;
  readonly words?: readonly (readonly [number, number, string, number])[];
}

/** The `data` in a session's messages. `keywords`, `summary` and `paragraphs` are sent only with the status `done`. */
export interface TranscriptionData {
  readonly id: string;
  readonly status: Status;
  readonly operation: 'transcription-prerecorded' | 'transcription-live';
  readonly start: string;
  readonly end: string | null;
  readonly flags?: { readonly started: boolean } | null;
  /** The progress, from 0 to 1. Not sent for live audio. */
  readonly progress?: number;
  readonly polyglot_id?: string | null;
  readonly timeline: readonly TimelineItem[];
  /** Keywords separated by commas. */
  readonly keywords?: string | null;
  readonly summary?: string | null;
  readonly paragraphs?: readonly string[] | null;
}
