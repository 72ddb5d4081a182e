import { isObject, type Json } from '../api/wire';
import type { Clock } from '../context/clock';

/** How long the SDK may take to say that it was refused. */
const GRACE_MS = 2000;
/** Of a WebSocket that is not opened it does not tell. */
const UPGRADE_GRACE_MS = 250;

/** An answer that is no success, or a connection that came to nothing, as Node.js saw it. */
export interface SeenRefusal {
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the error of Node.js. */
  readonly code: string;
}

/**
 * Watches the requests that the SDK makes, since it may keep to itself what came of them.
 * @param onSilence told when the API server has refused, nothing else is under way, and the SDK has had time to say so
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
      // One that was answered can fail all the same, when its body is not wanted any more.
      if (since === undefined) return;
      sent.delete(number);
      const outcome = event === 'answered' ? String(status) : 'no answer';
      report(origin, path, method, outcome, since);
      const isAnswered = event === 'answered' && typeof status === 'number';
      // An upgrade is no answer yet.
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
