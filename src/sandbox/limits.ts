/** Limits of memory and time, so that a sandbox can run for days. Sizes are in bytes, times in milliseconds. */
export interface Limits {
  /** Maximum number of open connections that are not WebSockets. */
  readonly connections: number;
  readonly bodyBytes: number;
  /** Time limit for the arrival of a request body. */
  readonly bodyMs: number;
  /** Maximum size of audio that is fetched from a URL. */
  readonly audioBytes: number;
  /** Time limit for fetching audio, including redirects. */
  readonly fetchMs: number;
  /** Time limit for measuring the duration of audio. */
  readonly measureMs: number;
  /** Maximum number of transcriptions whose audio is fetched and decoded at the same time. The others wait. */
  readonly parallelWork: number;
  /** Maximum size of the text file next to audio. Reason: the transcript must fit into one message. */
  readonly textBytes: number;
  /** Maximum size of a WebSocket message without audio. */
  readonly messageBytes: number;
  /** Maximum size of a WebSocket message with live audio. A page may send a whole file in one message. */
  readonly audioMessageBytes: number;
  readonly sockets: number;
  /** Maximum number of unfinished sessions. */
  readonly sessions: number;
  /** Maximum number of finished transcriptions that are stored. */
  readonly transcriptions: number;
  /**
   * Maximum number of characters in the timed texts of all stored transcriptions. The stored paragraphs repeat these texts, so
   * they need the same amount of memory again.
   */
  readonly allTextLength: number;
  readonly tokens: number;
  /** If more tokens than this are stored, expired tokens are deleted immediately. */
  readonly expiredTokens: number;
}

export const DEFAULT_LIMITS: Limits = {
  connections: 512,
  bodyBytes: 64 * 1024,
  bodyMs: 5000,
  audioBytes: 32 * 1024 * 1024,
  fetchMs: 15_000,
  measureMs: 1000,
  parallelWork: 4,
  textBytes: 1024 * 1024,
  messageBytes: 1024 * 1024,
  audioMessageBytes: 16 * 1024 * 1024,
  sockets: 1000,
  sessions: 1000,
  transcriptions: 1000,
  allTextLength: 16 * 1024 * 1024,
  tokens: 100_000,
  expiredTokens: 10_000,
};
