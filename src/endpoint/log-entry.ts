/** A request to the token endpoint, for a log. It contains no secret. */
export interface LogEntry {
  /** When the request arrived. */
  readonly at: Date;
  readonly method: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why there was no token; null when there was one, and for a preflight. */
  readonly code: string | null;
  /** How long the answer took, in whole milliseconds. */
  readonly ms: number;
  /** The label that `authenticate` returned for the caller. */
  readonly label: string | null;
  /** The origin of the page that sent the request; null without one. */
  readonly origin: string | null;
  /** A text: the options of the token, or what the service answered. */
  readonly detail: string | null;
}

/** Removes control characters: a log can be a terminal, and a label can contain what a user typed. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const MAX_LABEL_LENGTH = 200;

/** A label as one word, so that it cannot imitate the fields after it. */
function wordOf(label: string): string {
  const text = visible(label.slice(0, MAX_LABEL_LENGTH));
  const word = /[ "]/.test(text) ? JSON.stringify(text) : text;
  return label.length > MAX_LABEL_LENGTH ? `${word}...` : word;
}

/**
 * An entry as one line of printable ASCII: `POST 200 12 ms readwrite, one-time, 60 s user-7 https://app.example.com`. A label
 * with spaces is quoted, and a long one is cut.
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
