import { EXPECTED_API_VERSION, HEADERS } from '../api/protocol';
import type { Clock } from '../context/clock';
import type { Faults } from './faults';
import type { Refusal } from './refusal';

/** An HTTP answer. Headers that every answer has, such as Date, are added later. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Returns an answer with HTTP status 200. The body contains the data, and the state of the requested work, such as `done`. */
export const dataAnswer = (data: unknown, status = 'done') => jsonAnswer(200, { status, data });

/** Returns the JSON that tells a client about a refusal. HTTP answers and WebSocket messages contain the same JSON. */
export const refusalBody = (refusal: Refusal) => ({
  status: 'error' as const,
  data: null,
  http_code: refusal.httpCode,
  error: refusal.message,
});

export function refusalAnswer(refusal: Refusal): Answer {
  return jsonAnswer(
    refusal.httpCode,
    refusalBody(refusal),
    refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter },
  );
}

/** Returns a Date header with the time of the sandbox's clock. Reason: Node.js would send the time of the machine. */
export const dateHeader = (clock: Pick<Clock, 'now'>) => ({
  date: new Date(clock.now()).toUTCString(),
});

/** Returns the API version headers of an answer. A `version` fault changes or removes them. */
export function versionHeaders(faults: Faults): Readonly<Record<string, string>> {
  const version = { [HEADERS.version]: EXPECTED_API_VERSION };
  switch (faults.take('version')?.action) {
    case 'missing':
      return {};
    case 'low':
      return { [HEADERS.version]: '1.0.0' };
    case 'newer':
      return { [HEADERS.version]: '2.0.0' };
    case 'discontinued':
      return { ...version, [HEADERS.discontinued]: '1' };
    default:
      return version;
  }
}
