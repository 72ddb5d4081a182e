/** Limits of memory and time, so that a sandbox can run for days. */
export interface Limits {
  /** Open connections that are not WebSockets. */
  readonly connections: number;
  /** Size of a request body. */
  readonly bodyBytes: number;
  /** How long a request body may take. */
  readonly bodyMs: number;
  /** Size of audio that is fetched from a URL. */
  readonly audioBytes: number;
  /** How long fetching audio may take, with redirects. */
  readonly fetchMs: number;
  /** How long measuring the duration of audio may take. */
  readonly measureMs: number;
  /** How many transcriptions are fetched and processed at once. The others wait. */
  readonly parallelWork: number;
  /** Size of the text file of audio. Its transcript must fit into one message. */
  readonly textBytes: number;
  /** Size of a WebSocket message. */
  readonly messageBytes: number;
  /** Size of a message of live audio. A page may send a whole file at once. */
  readonly audioMessageBytes: number;
  /** Open WebSockets. */
  readonly sockets: number;
  /** Unfinished sessions. */
  readonly sessions: number;
  /** Finished transcriptions that are stored. */
  readonly transcriptions: number;
  /** Characters of all stored timelines. Paragraphs need as many again. */
  readonly allTextLength: number;
  /** Tokens that are stored. */
  readonly tokens: number;
  /** With more tokens than this, expired ones are deleted immediately. */
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
