import type { Json } from '../api/wire';
import type { Clock } from '../context/clock';
import type { CliError } from '../core/errors';
import type { Withhold } from '../core/withhold';
import { closedEarly } from '../network/answer-errors';

/**
 * Time from the first report of a session's end until `onClosed` is called, in milliseconds. Reason: in this time, data that the
 * SDK has already received may still arrive, and other reports of the same end may arrive too.
 */
const GRACE_MS = 250;

/**
 * Watches for the end of the SDK's session, because a call of the SDK may never settle when its session ends. Node.js or
 * `onClose` of the SDK reports the end.
 * @param onClosed called once for each session
 */
export function createSdkCloses(
  { clock, apiServer }: { readonly clock: Clock; readonly apiServer: string },
  withhold: Withhold,
  onClosed: () => void,
) {
  const { host } = new URL(apiServer);
  let cancel: (() => void) | null = null;
  let error: CliError | null = null;
  let isOver = false;
  const end = () => {
    isOver = true;
    onClosed();
  };
  return {
    /** The error that says how the session ended. Null while the session is open. */
    error: () => error,
    /** Whether GRACE_MS have passed after the end of the session. No more data can arrive then. */
    isOver: () => isOver,
    /** Forgets the last session, so that the next session can be watched. */
    forget() {
      cancel?.();
      cancel = null;
      isOver = false;
      error = null;
    },
    take({ origin, code, reason }: Json) {
      if (typeof origin === 'string' && origin !== apiServer) return;
      if (typeof code === 'number') error = closedEarly(host, code, withhold(String(reason)));
      error ??= closedEarly(host, null, '');
      cancel ??= clock.timer(GRACE_MS, end);
    },
  };
}
