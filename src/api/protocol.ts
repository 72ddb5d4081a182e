/**
 * The names of the wire protocol, shared by the client and the sandbox. Facts are from the service's
 * public documentation and from its official SDK's traffic, but for what is marked as assumed.
 */
export const EXPECTED_API_VERSION = '1.1.0';

export const HEADERS = {
  authorization: 'authorization',
  expectedVersion: 'x-expected-api-version',
  version: 'x-api-version',
  discontinued: 'x-api-version-discontinued',
  /** In the first message of a live session only. */
  livestreamUrl: 'livestream-url',
} as const;

export const PATHS = {
  generateToken: '/security/generate-token',
  transcriptions: '/transcriptions',
  transcribeUrl: '/async/transcribe/url',
  transcribeLive: '/async/live/transcribe',
  billing: '/billing/details',
  polyglot: '/polyglot',
  /** Of the generation after this protocol, which nothing else here speaks. */
  openApi: '/v1/openapi.json',
} as const;

/** Without a limit of its own, a transcription is cut after this many seconds; 0 lifts the limit. */
export const DEFAULT_MAX_DURATION_S = 7200;

export type Status = 'waiting' | 'processing' | 'stopping' | 'done' | 'error';

/**
 * The `error` texts by which refusals with the same status are told apart. Assumed: the service documents
 * none, so a client that meets another text falls back on the status.
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

/** One timed piece of a transcript on the wire; times in seconds. */
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

/** The `data` of a session's messages. The last three come with `done` only. */
export interface TranscriptionData {
  readonly id: string;
  readonly status: Status;
  readonly operation: 'transcription-prerecorded' | 'transcription-live';
  readonly start: string;
  readonly end: string | null;
  readonly flags?: { readonly started: boolean } | null;
  /** 0 to 1; absent for live audio. */
  readonly progress?: number;
  readonly polyglot_id?: string | null;
  readonly timeline: readonly TimelineItem[];
  /** Words with commas between them. */
  readonly keywords?: string | null;
  readonly summary?: string | null;
  readonly paragraphs?: readonly string[] | null;
}
