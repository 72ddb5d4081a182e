/** Log entry of one request to the token endpoint. It contains no secret. */
export interface LogEntry {
  /** When the request arrived. */
  readonly at: Date;
  readonly method: string;
  readonly status: number;
  /** The error code. Null if a token was minted, and for a preflight. */
  readonly code: string | null;
  /** How long the answer took, in whole milliseconds. */
  readonly ms: number;
  /** The label that `authenticate` returned for the caller. Null without a label. */
  readonly label: string | null;
  /** The origin of the page that sent the request. Null if the request has no valid Origin header. */
  readonly origin: string | null;
  /**
   * A text for people: the options of the token, `preflight`, or what the service answered. Null if the endpoint itself refused
   * the request.
   */
  readonly detail: string | null;
}

/** Replaces control characters, because the log can be a terminal and a label can contain what a user typed. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const MAX_LABEL_LENGTH = 200;

/** Returns a label as one word. A label with spaces is quoted, so that it cannot imitate the fields after it. */
function wordOf(label: string): string {
  const text = visible(label.slice(0, MAX_LABEL_LENGTH));
  const word = /[ "]/.test(text) ? JSON.stringify(text) : text;
  return label.length > MAX_LABEL_LENGTH ? `${word}...` : word;
}

/**
 * Formats an entry as one line of printable ASCII: `POST 200 12 ms readwrite, one-time, 60 s user-7 https://app.example.com`. A
 * label with spaces is quoted, and a long label is cut.
 * @param path shown after the method, for a log of several paths
 */
export function formatLogLine(entry: LogEntry, path?: string): string {
  const { method, status, ms, code, detail, label, origin } = entry;
  const outcome = code !== null && detail !== null ? `${code}: ${detail}` : (code ?? detail);
  const words = [
    method,
    path,
    status,
    `${ms} ms`,
    outcome,
    label === null ? null : wordOf(label),
    origin,
  ];
  return visible(words.filter((word) => word !== null && word !== undefined).join(' '));
}
