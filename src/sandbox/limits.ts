/** What keeps a sandbox bounded in memory and time over days of use. */
export interface Limits {
  /** Connections at once that are no WebSockets. */
  readonly connections: number;
  /** Of a request. */
  readonly bodyBytes: number;
  /** For the body of a request. */
  readonly bodyMs: number;
  /** Of audio that is fetched from a URL. */
  readonly audioBytes: number;
  /** For fetching audio, redirects included. */
  readonly fetchMs: number;
  /** For finding out how long audio is. */
  readonly measureMs: number;
  /** Transcriptions whose audio is fetched and worked on at once; the others wait. */
  readonly parallelWork: number;
  /** Of the text beside an audio file; its transcript must fit into one message for a client too. */
  readonly textBytes: number;
  /** Of a message over WebSocket. */
  readonly messageBytes: number;
  /** Of a message of live audio: a page may send a whole file at once. */
  readonly audioMessageBytes: number;
  /** WebSockets open at once. */
  readonly sockets: number;
  /** Sessions that are not finished. */
  readonly sessions: number;
  /** Finished transcriptions that can still be read. */
  readonly transcriptions: number;
  /** Characters of all the finished timelines that can still be read, whose paragraphs repeat them. */
  readonly allTextLength: number;
  /** Tokens that are remembered. */
  readonly tokens: number;
  /** Those beyond which the dead ones are forgotten at once. */
  readonly deadTokens: number;
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
  deadTokens: 10_000,
};
