import type { Json } from '../api/wire';
import type { Clock } from '../context/clock';
import type { CliError } from '../core/errors';
import type { Withhold } from '../core/withhold';
import { closedEarly } from '../network/answer-errors';

/** Data that the SDK had already received may still be on its way, and so may other reports of the same end. In milliseconds. */
const GRACE_MS = 250;

/**
 * Watches for the end of the SDK's session, which its calls may never report: through Node.js, or the SDK's own onClose.
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
    /** How the session ended. Null while it is open. */
    error: () => error,
    /** Whether no more data can arrive. */
    isOver: () => isOver,
    /** Resets it for the next session. */
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
