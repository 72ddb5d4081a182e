import { isObject, type Json } from '../api/wire';
import type { Clock } from '../context/clock';

/** Time limit for the SDK to report a refusal, in milliseconds. */
const GRACE_MS = 2000;
/**
 * Time limit for the SDK to report that a WebSocket was refused, in milliseconds. The limit is short, because no known version of
 * the SDK reports this.
 */
const UPGRADE_GRACE_MS = 250;

/** A failed response or connection, as Node.js reported it. */
export interface SeenRefusal {
  /** The HTTP status. Null if there was no response. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The error code of Node.js, such as `ECONNREFUSED`. */
  readonly code: string;
}

/**
 * Watches the requests of the SDK, because the SDK may not report their outcome.
 * @param onSilence called if the API server refused a request, the SDK did not report the refusal in time, and no other request
 * of the SDK is running
 */
export function createSdkRequests(
  options: {
    readonly clock: Clock;
    readonly apiServer: string;
    readonly trace?: ((line: string) => void) | undefined;
  },
  redact: (text: string) => string,
  onSilence: () => void,
) {
  const { clock, apiServer, trace } = options;
  const sent = new Map<number, number>();
  let last: SeenRefusal | null = null;
  let cancel = () => {};

  function report(origin: unknown, path: unknown, method: unknown, outcome: string, since: number) {
    const where = origin === apiServer ? path : `${origin}${path}`;
    const ms = Math.round(clock.monotonic() - since);
    trace?.(redact(`SDK: ${method} ${where} -> ${outcome} in ${ms} ms`));
  }

  return {
    refusal: () => last,
    forget() {
      cancel();
      last = null;
    },
    take({ event, number, method, origin, path, status, headers, code, isUpgrade }: Json) {
      if (typeof number !== 'number') return;
      if (event === 'sent') {
        sent.set(number, clock.monotonic());
        cancel();
        return;
      }
      const since = sent.get(number);
      // Ignore a second outcome of the same request. For example, a request can fail after its response if the SDK stops reading
      // the body.
      if (since === undefined) return;
      sent.delete(number);
      const outcome = event === 'answered' ? String(status) : 'no answer';
      report(origin, path, method, outcome, since);
      const isAnswered = event === 'answered' && typeof status === 'number';
      // A status below 200, such as 101 for a WebSocket, is not the final response.
      if (origin !== apiServer || (isAnswered && status < 200)) return;
      last = {
        status: isAnswered ? status : null,
        headers: textsIn(headers),
        code: String(code),
      };
      cancel();
      const isRefused = !isAnswered || status >= 400;
      const graceMs = isUpgrade === true ? UPGRADE_GRACE_MS : GRACE_MS;
      if (isRefused && sent.size === 0) cancel = clock.timer(graceMs, onSilence);
    },
  };
}

function textsIn(headers: unknown): Readonly<Record<string, string>> {
  const entries = isObject(headers) ? Object.entries(headers) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
