import type { Json } from '../api/wire';
import type { Clock } from '../context/clock';
import type { CliError } from '../core/errors';
import type { Withhold } from '../core/withhold';
import { closedEarly } from '../network/answer-errors';

/** What the SDK had received by then may be on its way still, and what else tells of the same end. */
const GRACE_MS = 250;

/**
 * Watches for the end of the SDK's session, of which its calls may never tell: as Node.js saw it, or the SDK's own onClose.
 * @param onClosed told once for a session
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
    /** How the session ended; null while it has not. */
    error: () => error,
    /** Whether nothing more can come of it. */
    isOver: () => isOver,
    /** For the next session. */
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
