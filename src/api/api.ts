import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import type { Segment } from '../core/transcript';

/** What the commands need from the service. A newer API would be a second implementation. */
export interface VocalStackApi {
  /** @throws CliError; `key_refused`, `forbidden`, `minting_unavailable` and the network's and service's codes */
  mintToken(key: Secret, options: TokenOptions): Promise<MintedToken>;
  /**
   * How many transcriptions the token may read. Free.
   * @throws CliError; `token_refused`, `token_expired`, `token_spent` and the network's and service's codes
   */
  countTranscriptions(token: Secret, options: { readonly oneTime: boolean }): Promise<number>;
  /**
   * Opens a session and waits for its confirmation. Nothing is transcribed or billed until `start`. Never retried.
   * @throws CliError; the token's codes, `token_scope`, `session_not_confirmed` and the network's and service's codes
   */
  openSession(token: Secret, request: UrlRequest): Promise<TranscriptionSession>;
  /** The same for audio that is sent while it is transcribed. @throws as `openSession` */
  openLiveSession(token: Secret, request: TranscriptionRequest): Promise<LiveSession>;
}

export interface MintedToken {
  readonly token: Secret;
  /** When the request was sent, in milliseconds since 1970. An expiry counted from it is never too late. */
  readonly sentAt: number;
  /** The same moment on the monotonic clock. */
  readonly sentAtMonotonic: number;
}

/** The parameters of a transcription. Durations in seconds. */
export interface TranscriptionRequest {
  /** `auto`, or a language code. `auto` is left out for live audio: the service knows it for URLs only. */
  readonly language: string;
  /** 0 for no limit, which can cost more. */
  readonly maxDurationS: number;
}

/** A URL to transcribe. */
export interface UrlRequest extends TranscriptionRequest {
  readonly url: string;
}

export interface TranscriptionSession {
  readonly id: string;
  /** Starts the billable work. Call it once. */
  start(): Promise<void>;
  /**
   * The next state of the transcription. The last one has `done`.
   * @throws CliError `closed_early`, `connection_lost`, `transcription_failed`, `audio_unreachable`, `duration_guard`,
   *   `invalid_response`, the token's codes
   */
  next(): Promise<TranscriptionUpdate>;
  close(): Promise<void>;
}

export interface LiveSession extends TranscriptionSession {
  /** Sends a piece of audio, after `start`. Resolves when the connection has accepted it. */
  sendAudio(bytes: Uint8Array): Promise<void>;
  /** Tells the service that no more audio follows. Audio that was sent is still transcribed. */
  stop(): Promise<void>;
}

export interface TranscriptionUpdate {
  readonly id: string;
  readonly done: boolean;
  /** 0 to 1; null when the service does not send it. */
  readonly progress: number | null;
  readonly segments: readonly Segment[];
  /** How many segments, counted from the first, are final. */
  readonly settled: number;
  readonly summary: string | null;
  readonly keywords: readonly string[] | null;
}
