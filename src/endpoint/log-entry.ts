/** A request to the token endpoint, for a log: no secret is in it. */
export interface LogEntry {
  /** When the request came. */
  readonly at: Date;
  readonly method: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why there was no token; null when there was one, and for a preflight. */
  readonly code: string | null;
  /** How long the answer took, in whole milliseconds. */
  readonly ms: number;
  /** What `authenticate` called the caller. */
  readonly label: string | null;
  /** The page that asked, where a browser named it. */
  readonly origin: string | null;
  /** In words: what the token may do, or what the service answered. */
  readonly detail: string | null;
}

/** A log can be a terminal, and a label can hold what a user typed. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const MAX_LABEL_LENGTH = 200;

/** One word, so that no label passes for what comes after it. */
function wordOf(label: string): string {
  const text = visible(label.slice(0, MAX_LABEL_LENGTH));
  const word = /[ "]/.test(text) ? JSON.stringify(text) : text;
  return label.length > MAX_LABEL_LENGTH ? `${word}...` : word;
}

/**
 * An entry as one line of printable ASCII: `POST 200 12 ms readwrite, one-time, 60 s user-7 https://app.example.com`. A label
 * with spaces is quoted, and a long one is cut.
 * @param path shown after the method, where a log is about several paths
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
