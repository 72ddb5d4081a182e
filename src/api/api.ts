import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import type { Segment } from '../core/transcript';

/**
 * The calls of the service that the commands use. To support a newer version of the API, add a second implementation of this
 * interface.
 */
export interface VocalStackApi {
  /**
   * Mints a token.
   * @throws CliError `key_refused`, `forbidden`, `minting_unavailable`, and network and service errors
   */
  mintToken(key: Secret, options: TokenOptions): Promise<MintedToken>;
  /**
   * Returns how many transcriptions the token can read. Costs nothing.
   * @throws CliError `token_refused`, `token_expired`, `token_spent`, and network and service errors
   */
  countTranscriptions(token: Secret, options: { readonly oneTime: boolean }): Promise<number>;
  /**
   * Opens a session for a URL and waits until the service confirms the session. Nothing is transcribed or billed before `start`
   * is called. Does not retry.
   * @throws CliError `session_not_confirmed`, `token_scope`, `token_*`, and network and service errors
   */
  openSession(token: Secret, request: UrlRequest): Promise<TranscriptionSession>;
  /**
   * Opens a session for live audio, which the caller sends after `start`.
   * @throws the errors of `openSession`
   */
  openLiveSession(token: Secret, request: TranscriptionRequest): Promise<LiveSession>;
}

export interface MintedToken {
  readonly token: Secret;
  /**
   * The time just before the request that minted the token, in milliseconds since 1970. The token never expires before this time
   * plus its lifetime.
   */
  readonly sentAt: number;
  /** The same time as `sentAt`, but measured on the monotonic clock, in milliseconds. */
  readonly sentAtMonotonic: number;
}

export interface TranscriptionRequest {
  /** A language code, or `auto`. For live audio, `auto` is not sent, because the service accepts `auto` only for URLs. */
  readonly language: string;
  /** The maximum length of the transcribed audio, in seconds. 0 means no limit. */
  readonly maxDurationS: number;
}

export interface UrlRequest extends TranscriptionRequest {
  readonly url: string;
}

export interface TranscriptionSession {
  readonly id: string;
  /** Starts the transcription, which is billed. A second call does not start another transcription. */
  start(): Promise<void>;
  /**
   * Returns the next state of the transcription. In the last state, `done` is true.
   * @throws CliError `closed_early`, `connection_lost`, `transcription_failed`, `audio_unreachable`, `duration_guard`,
   * `invalid_response`, `token_*`
   */
  next(): Promise<TranscriptionUpdate>;
  close(): Promise<void>;
}

export interface LiveSession extends TranscriptionSession {
  /** Sends a piece of audio. Call `start` first. Resolves when the connection has accepted the bytes. */
  sendAudio(bytes: Uint8Array): Promise<void>;
  /** Tells the service that no more audio follows. The service then transcribes the rest of the audio that was sent. */
  stop(): Promise<void>;
}

export interface TranscriptionUpdate {
  readonly id: string;
  readonly done: boolean;
  /** The progress, from 0 to 1. Null if the service does not send the progress. */
  readonly progress: number | null;
  readonly segments: readonly Segment[];
  /** The number of segments whose text will not change any more. They are the first segments in `segments`. */
  readonly settled: number;
  readonly summary: string | null;
  readonly keywords: readonly string[] | null;
}
